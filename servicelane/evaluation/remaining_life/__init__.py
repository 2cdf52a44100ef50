"""How well the way in which the planner predicts does on engines that everybody else uses too: C-MAPSS FD001."""
