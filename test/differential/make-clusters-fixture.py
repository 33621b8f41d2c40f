"""Writes clusters-fixture.json: what scikit-learn (and hdbscan, for outlier scores) make of the tables of clusters.test.ts.

Both languages make the tables from one generator with nothing but + - * / and comparisons, so the numbers are the
same to the bit and need not be stored. Run: OMP_NUM_THREADS=1 python3 test/differential/make-clusters-fixture.py
With a number, that seed is taken instead, and the JSON goes to standard output; hdbscan may then be missing.

scikit-learn's labels depend on the order of the rows where distances are equal, as many mutual reachabilities are.
`itself` is the adjusted Rand index between its labels and its labels of the same rows in three other orders, the least.
"""

import json
import pathlib
import sys

import numpy as np
import sklearn
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score

try:
    import hdbscan
except ImportError:
    hdbscan = None


class Lcg:
    """Numerical Recipes' 32-bit generator."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (1664525 * self.state + 1013904223) % 2**32
        return self.state / 2**32

    def noise(self, spread):
        return (self.next() + self.next() + self.next() - 1.5) * spread


def blobs(random, rows, columns, count, spread, stray):
    centres = [[random.next() * 20 - 10 for _ in range(columns)] for _ in range(count)]
    widths = [spread * (0.5 + random.next()) for _ in range(count)]
    table = []
    for _ in range(rows):
        blob = int(random.next() * count)
        if random.next() < stray:
            table.append([random.next() * 24 - 12 for _ in range(columns)])
        else:
            table.append([centre + random.noise(widths[blob]) for centre in centres[blob]])
    return table


def rings(random, rows, stray):
    table = []
    for row in range(rows):
        if random.next() < stray:
            table.append([random.next() * 6 - 3, random.next() * 6 - 3])
            continue
        t = random.next() * 2 - 1
        radius = (2 if row % 2 == 0 else 1) + random.noise(0.15)
        side = 1 if random.next() < 0.5 else -1
        # A point of the circle without sine or cosine.
        table.append([side * radius * (1 - t * t) / (1 + t * t), radius * 2 * t / (1 + t * t)])
    return table


def moons(random, rows):
    table = []
    for row in range(rows):
        t = random.next() * 2 - 1
        up = 1 if row % 2 == 0 else -1
        x, y = 2 * t / (1 + t * t), (1 - t * t) / (1 + t * t)
        table.append([x + (0.5 if up == 1 else -0.5) + random.noise(0.12), up * (y - 0.25) + random.noise(0.12)])
    return table


def slanted(random, rows):
    return [[0.6 * x - 0.6 * y, 0.8 * y - 0.4 * x] for x, y in blobs(random, rows, 2, 3, 1.5, 0)]


def table(shape, seed):
    random = Lcg(seed)
    return {
        "round": lambda: blobs(random, 700, 6, 9, 2.0, 0.05),
        "wide": lambda: blobs(random, 900, 20, 15, 2.0, 0.1),
        "uneven": lambda: blobs(random, 700, 2, 4, 3.0, 0.02),
        "rings": lambda: rings(random, 800, 0.05),
        "moons": lambda: moons(random, 600),
        "slanted": lambda: slanted(random, 600),
        "noise": lambda: blobs(random, 400, 5, 1, 4.0, 0),
    }[shape]()


SETTINGS = [
    dict(min_cluster_size=15),
    dict(min_cluster_size=10, min_samples=5),
    dict(min_cluster_size=20, min_samples=10, cluster_selection_method="leaf"),
    dict(min_cluster_size=10, cluster_selection_epsilon=0.8),
    dict(min_cluster_size=10, allow_single_cluster=True),
]


def labels_of(x, settings):
    return HDBSCAN(copy=True, **settings).fit(x).labels_


def itself(x, settings, labels):
    worst = 1.0
    for seed in range(3):
        order = np.random.RandomState(seed).permutation(len(x))
        again = np.empty(len(x), int)
        again[order] = labels_of(x[order], settings)
        worst = min(worst, adjusted_rand_score(labels, again))
    return round(worst, 4)


def run(x, settings):
    labels = labels_of(x, settings)
    out = dict(settings=settings, labels=" ".join(map(str, labels)), itself=itself(x, settings, labels))
    if hdbscan is not None and settings == SETTINGS[0]:
        # Its min_samples does not count the row itself.
        model = hdbscan.HDBSCAN(min_cluster_size=15, min_samples=14, approx_min_span_tree=False).fit(x)
        out["outlierScores"] = [round(float(score), 3) for score in model.outlier_scores_]
    return out


def shape_figures(shape, seed):
    x = np.array(table(shape, seed))
    return dict(
        shape=shape,
        seed=seed,
        checksum=float((x * (np.arange(x.shape[1]) + 1)).sum().round(6)),
        runs=[run(x, settings) for settings in SETTINGS],
        kMeans=[
            dict(clusters=k, inertia=round(float(KMeans(k, n_init=10, random_state=1).fit(x).inertia_), 6))
            for k in (3, 9, 15)
        ],
    )


SHAPES = ["round", "wide", "uneven", "rings", "moons", "slanted", "noise"]
first_seed = int(sys.argv[1]) if len(sys.argv) > 1 else 500
versions = dict(sklearn=sklearn.__version__, hdbscan=getattr(hdbscan, "__version__", "0.8.44") if hdbscan else None)
fixture = dict(versions=versions, tables=[shape_figures(shape, first_seed + i) for i, shape in enumerate(SHAPES)])
if len(sys.argv) > 1:
    print(json.dumps(fixture))
else:
    path = pathlib.Path(__file__).parent / "clusters-fixture.json"
    path.write_text(json.dumps(fixture, indent=1, separators=(",", ":")).replace("\n    ", "") + "\n")
    print(path, path.stat().st_size)
