package picture

import (
	"cmp"
	"slices"
)

// Sizes of the page, in pixels.
const (
	boxWidth   = 220
	boxHeight  = 44
	columnStep = boxWidth + 160
	rowStep    = boxHeight + 28
	margin     = 40
)

// box is a node with its place: column and row from 0.
type box struct {
	Node
	column, row int
}

func (b box) x() int { return margin + b.column*columnStep }

func (b box) y() int { return margin + b.row*rowStep }

// layout places the nodes: who starts a task at the left, then tasks, each right of those that run it, and at the right what
// they use. In a column, a node stands near those that it is joined to. A line across columns has a free place in each of
// them, so that it does not pass behind a box: its way, by the key of the edge. The same picture always has the same layout.
func (p Picture) layout() (boxes []box, ways map[string][]box) {
	nodes, edges := p.Nodes(), p.Edges()
	index := map[string]int{}
	for i, n := range nodes {
		index[n.key()] = i
	}
	columns := p.columns(nodes, edges, index)
	var places []box
	byColumn := map[int][]int{}
	var neighbours [][]int
	put := func(n Node, column int) int {
		i := len(places)
		places, neighbours = append(places, box{Node: n, column: column}), append(neighbours, nil)
		byColumn[column] = append(byColumn[column], i)
		return i
	}
	join := func(a, b int) { neighbours[a], neighbours[b] = append(neighbours[a], b), append(neighbours[b], a) }
	for i, n := range nodes {
		put(n, columns[i])
	}
	through := map[string][]int{}
	for _, e := range edges {
		at, to := index[e.from], index[e.to]
		for column := columns[at] + 1; column < columns[to]; column++ {
			next := put(Node{}, column)
			join(at, next)
			at = next
			through[e.key()] = append(through[e.key()], next)
		}
		join(at, to)
	}
	number := func(column int) {
		for row, i := range byColumn[column] {
			places[i].row = row
		}
	}
	last := slices.Max(append(columns, 0))
	for column := range last + 1 {
		number(column)
	}
	for range 4 { // to the right, each time with the rows of the others
		for column := range last + 1 {
			slices.SortStableFunc(byColumn[column], func(a, b int) int {
				return cmp.Compare(middle(places, neighbours[a], a), middle(places, neighbours[b], b))
			})
			number(column)
		}
	}
	ways = map[string][]box{}
	for key, way := range through {
		for _, i := range way {
			ways[key] = append(ways[key], places[i])
		}
	}
	return places[:len(nodes)], ways
}

// middle is the mean row of the neighbours of a node; its own without any.
func middle(boxes []box, neighbours []int, own int) float64 {
	if len(neighbours) == 0 {
		return float64(boxes[own].row)
	}
	sum := 0
	for _, n := range neighbours {
		sum += boxes[n].row
	}
	return float64(sum) / float64(len(neighbours))
}

// columns are those of the nodes: of a task, one more than the largest of the tasks that run it, but for lines that lead back.
func (p Picture) columns(nodes []Node, edges []Edge, index map[string]int) []int {
	runs := make([][]int, len(nodes))
	for _, e := range edges {
		if from, to := index[e.from], index[e.to]; nodes[from].Kind == Task && nodes[to].Kind == Task && from != to {
			runs[from] = append(runs[from], to)
		}
	}
	columns := make([]int, len(nodes))
	const open, done = 1, 2
	state := make([]int, len(nodes))
	var order []int // each task before those that it runs
	var visit func(int)
	visit = func(i int) {
		state[i] = open
		for _, next := range runs[i] {
			if state[next] == 0 {
				visit(next)
			}
		}
		state[i] = done
		order = append(order, i)
	}
	for i, n := range nodes {
		if n.Kind == Task && state[i] == 0 {
			visit(i)
		}
	}
	slices.Reverse(order)
	position := map[int]int{}
	for at, i := range order {
		columns[i], position[i] = 1, at
	}
	last := 1
	for at, i := range order {
		for _, next := range runs[i] {
			if position[next] > at { // no line back
				columns[next] = max(columns[next], columns[i]+1)
				last = max(last, columns[next])
			}
		}
	}
	// A long chain would be a page of one row: columns are folded.
	const most = 6
	for i, n := range nodes {
		switch n.Kind {
		case Task:
			columns[i] = 1 + (columns[i]-1)%most
		case Target:
			columns[i] = 1 + min(last, most)
		case Clock, Hand, Consumer:
			columns[i] = 0
		}
	}
	return columns
}
