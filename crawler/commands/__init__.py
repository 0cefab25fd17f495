"""Scrapy commands of this project: Scrapy finds them by the names of their modules, before its own."""
