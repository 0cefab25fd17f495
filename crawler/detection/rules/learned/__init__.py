"""What a model learned from labelled pages says."""
