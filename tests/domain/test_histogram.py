"""A histogram counts every duration once, and in all buckets that it fits into."""

import math

from bot.domain.histogram import Histogram


def test_a_duration_counts_in_each_bucket_that_it_fits_into() -> None:
    histogram = Histogram((1, 5, 60))
    for seconds in (-3.0, 0.5, 1.0, 1.5, 61.0):
        histogram.observe(seconds)
    assert histogram.cumulative() == [(1, 3), (5, 4), (60, 4), (math.inf, 5)]
    assert histogram.sum_seconds == 64.0
