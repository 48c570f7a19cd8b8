"""Rounds into figures: medians, and between what the middle half of the rounds lies."""

import statistics

from contenders import REFERENCE


def spread(values):
    """(median, lower quartile, upper quartile); of few values the quartiles are the extremes."""
    ordered = sorted(values)
    if len(ordered) < 4:
        return statistics.median(ordered), ordered[0], ordered[-1]
    low, _, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return statistics.median(ordered), low, high


def summarise(samples):
    """By contender."""
    by_name = {}
    for sample in samples:
        by_name.setdefault(sample.contender, []).append(sample)
    return {name: summary(rounds) for name, rounds in by_name.items()}


def ratios(rounds):
    """Each against the reference in the same seconds: what slows the machine slows both."""
    if rounds[0].contender == REFERENCE:
        return [1.0]
    return [sample.gateway_us / sample.reference_us for sample in rounds if sample.reference_us]


def summary(rounds):
    helpers = {name: spread([sample.helpers_us[name] for sample in rounds])[0]
               for name in rounds[0].helpers_us}
    against = ratios(rounds)
    return {
        "rounds": len(rounds),
        "requests": spread([sample.requests for sample in rounds]),
        "ratio": spread(against) if against else None,
        "gateway_us": spread([sample.gateway_us for sample in rounds]),
        "helpers_us": helpers,
        "total_us": spread([sample.gateway_us + sum(sample.helpers_us.values()) for sample in rounds]),
        "per_second": spread([sample.per_second for sample in rounds]),
        "p50_us": spread([sample.p50_us for sample in rounds]),
        "p99_us": spread([sample.p99_us for sample in rounds]),
        "pss": spread([sample.pss for sample in rounds]),
        "rss": spread([sample.rss for sample in rounds]),
        "redis_found": spread([sample.redis_found for sample in rounds]),
        "redis_missed": spread([sample.redis_missed for sample in rounds]),
        "others": spread([sample.others for sample in rounds]),
        "stolen": spread([sample.stolen for sample in rounds]),
    }
