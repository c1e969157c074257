"""Chance, all of it from one seed: numbers, choices from a table, whole pictures of noise."""
import random

import numpy as np


class Dice(random.Random):
    """A random.Random that also throws arrays.

    Generators of one process must not share state, or what one draws would depend on the
    others; so nothing here uses the global generators of random and numpy.
    """

    def __init__(self, seed):
        super().__init__(seed)
        self._arrays = np.random.default_rng(seed)

    def chance(self, share):
        """True in this share of the calls."""
        return self.random() < share

    def weighted(self, table):
        """A key of {key: weight}."""
        return self.choices(list(table), list(table.values()))[0]

    def speckle(self, *shape):
        """float32 in [0, 1), each alike."""
        return self._arrays.random(shape, dtype=np.float32)

    def grain(self, *shape):
        """float32, normal with mean 0 and deviation 1."""
        return self._arrays.standard_normal(shape, dtype=np.float32)
