"""Who stands behind the page: missing, false or hidden owners."""
