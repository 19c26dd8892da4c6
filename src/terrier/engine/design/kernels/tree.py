"""The shortest tree that joins some points, by looking at all pairs: for a few thousand points faster than a triangulation.

Shapes: N points, with any number of coordinates.
"""

import numpy as np

from terrier.engine.design.kernels.anneal import kernel


@kernel
def shortest_tree(points):
    """(N - 1, 2) edges by Prim's algorithm (1957); of equally near points the one with the lower number joins first."""
    n = len(points)
    edges = np.empty((max(n - 1, 0), 2), np.int64)
    nearest = np.full(n, np.inf)
    joined_to = np.zeros(n, np.int64)
    outside = np.ones(n, np.bool_)
    last = 0
    for at in range(n - 1):
        outside[last] = False
        following = -1
        for i in range(n):
            if not outside[i]:
                continue
            apart = 0.0
            for axis in range(points.shape[1]):
                way = points[i, axis] - points[last, axis]
                apart += way * way
            if apart < nearest[i]:
                nearest[i] = apart
                joined_to[i] = last
            if following < 0 or nearest[i] < nearest[following]:
                following = i
        edges[at, 0] = joined_to[following]
        edges[at, 1] = following
        last = following
    return edges
