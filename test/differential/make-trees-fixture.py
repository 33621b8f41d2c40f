"""Writes trees-fixture.json: what scikit-learn's and XGBoost's trees make of the tables of trees.test.ts.

Both languages make the tables from one generator with nothing but + - * / and comparisons, so the numbers are the
same to the bit and need not be stored. Run: OMP_NUM_THREADS=1 python3 test/differential/make-trees-fixture.py
"""

import json
import pathlib

import numpy as np
import sklearn
import xgboost
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import accuracy_score, average_precision_score, log_loss

TABLES = [
    # name, rows (half to learn from), columns, informative, classes, clusters a class, spread, missing, label noise
    dict(name="two classes", rows=4000, columns=12, informative=6, classes=2, clusters=4, spread=2.2, missing=0.1, noise=0.03),
    dict(name="three classes", rows=3000, columns=20, informative=5, classes=3, clusters=3, spread=2.0, missing=0.2, noise=0.02),
    dict(name="ten classes", rows=4000, columns=16, informative=8, classes=10, clusters=2, spread=2.2, missing=0.05, noise=0.02),
    dict(name="few rows", rows=500, columns=30, informative=5, classes=4, clusters=1, spread=2.2, missing=0.1, noise=0.0),
]


class Lcg:
    """Numerical Recipes' 32-bit generator."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state / 2**32


def table(spec, seed):
    random = Lcg(seed)
    k, m = spec["classes"], spec["clusters"]
    centres = [[[float(int(random.next() * 3)) for _ in range(spec["informative"])] for _ in range(m)] for _ in range(k)]
    vectors, labels = [], []
    for _ in range(spec["rows"]):
        label = int(random.next() * k)
        centre = centres[label][int(random.next() * m)]
        row = []
        for column in range(spec["columns"]):
            noise = (random.next() + random.next() + random.next() - 1.5) * spec["spread"]
            value = centre[column] + noise if column < spec["informative"] else noise
            if column % 5 == 4:
                value = float(int(value * 4 + 100))  # few distinct values
            if random.next() < spec["missing"]:
                value = float("nan")
            row.append(value)
        if random.next() < spec["noise"]:
            label = int(random.next() * k)
        vectors.append(row)
        labels.append(label)
    return np.array(vectors), np.array(labels)


def figures(model, train, test):
    (x, y), (x_test, y_test) = train, test
    proba = model.fit(x, y).predict_proba(x_test)
    out = dict(
        accuracy=round(float(accuracy_score(y_test, proba.argmax(axis=1))), 5),
        logLoss=round(float(log_loss(y_test, proba)), 5),
    )
    if proba.shape[1] == 2:
        out["averagePrecision"] = round(float(average_precision_score(y_test, proba[:, 1])), 5)
    return out


SEEDS = 5


def forest_figures(kind, train, test):
    """The mean over seeds: chance moves one forest more than what is compared."""
    each = [figures(kind(n_estimators=100, n_jobs=1, random_state=seed), train, test) for seed in range(SEEDS)]
    return {name: round(sum(one[name] for one in each) / SEEDS, 5) for name in each[0]}


fixture = dict(versions=dict(sklearn=sklearn.__version__, xgboost=xgboost.__version__), rounds=100, tables=[])
for index, spec in enumerate(TABLES):
    x, y = table(spec, 1000 + index)
    half = len(y) // 2
    train, test = (x[:half], y[:half]), (x[half:], y[half:])
    fixture["tables"].append(
        dict(
            spec,
            seed=1000 + index,
            checksum=float(np.nansum(x * (np.arange(x.shape[1]) + 1)).round(6)),
            labelSum=int(y.sum()),
            sklearn=figures(
                HistGradientBoostingClassifier(
                    max_iter=100, learning_rate=0.1, max_leaf_nodes=31, max_depth=6, min_samples_leaf=1,
                    l2_regularization=1, early_stopping=False, random_state=1),
                train, test),
            xgboost=figures(
                xgboost.XGBClassifier(
                    n_estimators=100, learning_rate=0.1, max_depth=6, max_leaves=31, grow_policy="lossguide",
                    tree_method="hist", max_bin=255, min_child_weight=1, reg_lambda=1, n_jobs=1, random_state=1),
                train, test),
            forest=forest_figures(RandomForestClassifier, train, test),
            extra=forest_figures(ExtraTreesClassifier, train, test),
        )
    )

path = pathlib.Path(__file__).parent / "trees-fixture.json"
path.write_text(json.dumps(fixture, indent=2) + "\n")
print(path.read_text())
