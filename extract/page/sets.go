package page

// sets are disjoint sets of the numbers 0 to n-1 (union-find with path
// halving).
type sets []int

func newSets(n int) sets {
	s := make(sets, n)
	for i := range s {
		s[i] = i
	}
	return s
}

// find returns the number that stands for i's set.
func (s sets) find(i int) int {
	for s[i] != i {
		s[i] = s[s[i]]
		i = s[i]
	}
	return i
}

// join makes one set of a's and b's; b's representative stands for it.
func (s sets) join(a, b int) { s[s.find(a)] = s.find(b) }
