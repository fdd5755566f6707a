"""Rows as `selfsame pairs` writes them."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

FOLDS = ("train", "calibrate", "held_out")


@dataclass
class Rows:
    features: list[str]
    origins: Counter
    # By fold: features as 32 bits (NaN is missing), and whether both records are one customer's.
    x: dict[str, np.ndarray]
    y: dict[str, np.ndarray]


def read_rows(paths):
    """Reads files of one header. Raises ValueError where they differ or a fold lacks pairs of either sort."""
    header, origins = None, Counter()
    values = {fold: [] for fold in FOLDS}
    labels = {fold: [] for fold in FOLDS}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            columns = file.readline().strip().split(",")
            if header not in (None, columns):
                raise ValueError(f"{path}: other features than the files before it")
            header = columns
            for line in file:
                fold, origin, same, features = line.rstrip("\n").split(",", 3)
                origins[origin] += 1
                labels[fold].append(same == "1")
                values[fold].append(np.array(features.split(","), dtype=np.float32))
    for fold in FOLDS:
        if len(set(labels[fold])) < 2:
            raise ValueError(f"the fold {fold} needs pairs of one customer's and of others'")
    return Rows(
        header[3:],
        origins,
        {fold: np.array(values[fold]) for fold in FOLDS},
        {fold: np.array(labels[fold]) for fold in FOLDS},
    )
