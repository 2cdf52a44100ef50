"""The pages: an app for owners and a workbench for those who repair, on the services of the API."""
