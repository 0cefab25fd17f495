"""What honest sites show: points in favour, none of which a scammer can buy alone."""
