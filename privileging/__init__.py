"""Workflow engine for medical staff credentialing and privileging."""
