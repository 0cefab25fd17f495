"""Spiders, found by Scrapy in this folder."""
