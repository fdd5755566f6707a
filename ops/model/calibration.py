"""From margins to probabilities, and how far these can be believed."""

import numpy as np


def platt(margins, same, *, steps=100):
    """Slope and intercept by Newton's method on the log loss, with Platt's targets (Platt 1999; Lin, Lin and Weng 2007)."""
    positives, negatives = same.sum(), (~same).sum()
    target = np.where(same, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    x = np.stack([margins.astype(np.float64), np.ones(len(margins))], axis=1)
    parameters = np.array([1.0, 0.0])
    for _ in range(steps):
        p = 1 / (1 + np.exp(-x @ parameters))
        gradient = x.T @ (p - target)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        parameters = parameters - step
        if np.abs(step).max() < 1e-10:
            break
    slope, intercept = parameters
    if slope <= 0:
        raise ValueError("the margins do not tell customers apart: a calibration would turn their order round")
    return float(slope), float(intercept)


def probabilities(margins, slope, intercept):
    return 1 / (1 + np.exp(-(slope * margins.astype(np.float64) + intercept)))


def brier(p, same):
    return float(np.mean((p - same) ** 2))


def reliability(p, same, bins=10):
    """By tenths of probability: how many pairs, the mean probability, and the share that is one customer's."""
    which = np.minimum((p * bins).astype(int), bins - 1)
    return [
        (int(inside.sum()), float(p[inside].mean()), float(same[inside].mean()))
        for inside in (which == b for b in range(bins))
        if inside.any()
    ]


def expected_error(table):
    """ECE: how far share and probability are apart, on average over the pairs."""
    total = sum(count for count, _, _ in table)
    return sum(count * abs(p - share) for count, p, share in table) / total


def precision_recall(p, same, threshold):
    linked = p >= threshold
    right = int((linked & same).sum())
    return right / max(1, int(linked.sum())), right / max(1, int(same.sum()))
