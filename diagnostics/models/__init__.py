"""What is normal for a model of car, learnt from its fleet: per regime of use, in plain numbers that a reader can
check.
"""
