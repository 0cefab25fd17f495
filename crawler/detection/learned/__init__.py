"""A model learned from labelled pages: one family of evidence among others, bounded, explained and switchable off."""
