// Package picture draws a stack: docker tasks, what they use, and who runs them. It is pure.
//
// As on a canvas of boxes and wires: a solid line is an event that starts or follows a task (a schedule, a run, a
// subscription), a dashed line is somebody who may use or run something (a wire).
package picture

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

// Kind is what a node is.
type Kind string

// The kinds of nodes, by their column: who starts a task, the task, and what it uses or tells.
const (
	Clock    Kind = "schedule"
	Hand     Kind = "run"
	Consumer Kind = "consumer"
	Task     Kind = "task"
	Target   Kind = "target"
)

// Change is what a plan does with a node or an edge; "" for nothing.
type Change string

// The changes of a plan.
const (
	Added   Change = "added"
	Changed Change = "changed"
	Removed Change = "removed"
)

// Node is a box.
type Node struct {
	Kind Kind
	// Type says more of a target: object_store, queue, …
	Type string
	Name string
	// Pages are pages of the AWS console, by what they show.
	Pages  map[string]string
	Change Change
}

// key tells one node from all others.
func (n Node) key() string { return string(n.Kind) + "\x00" + n.Type + "\x00" + n.Name }

// Edge is a line between two nodes, by their keys.
type Edge struct {
	from, to string
	Solid    bool
	Label    string
	Change   Change
	// Policy is the IAM policy of a wire as JSON, and Variables are its environment variables; none where they are not known.
	Policy    string
	Variables map[string]string
}

func (e Edge) key() string { return e.from + "\x01" + e.to + "\x01" + e.Label }

// Picture is a stack. The zero value is an empty one.
type Picture struct {
	nodes map[string]Node
	edges map[string]Edge
}

// node adds a node, or what is known of it now.
func (p *Picture) node(n Node) string {
	if p.nodes == nil {
		p.nodes = map[string]Node{}
	}
	key := n.key()
	if known, is := p.nodes[key]; is && len(n.Pages) == 0 {
		n.Pages = known.Pages
	}
	p.nodes[key] = n
	return key
}

// edge adds a line.
func (p *Picture) edge(e Edge) {
	if p.edges == nil {
		p.edges = map[string]Edge{}
	}
	p.edges[e.key()] = e
}

// Nodes are the boxes, from left to right, and by their names.
func (p Picture) Nodes() []Node {
	out := slices.Collect(maps.Values(p.nodes))
	slices.SortFunc(out, func(a, b Node) int {
		return cmp.Or(cmp.Compare(column(a.Kind), column(b.Kind)), strings.Compare(a.key(), b.key()))
	})
	return out
}

// column is that of a kind, from the left.
func column(k Kind) int {
	switch k {
	case Clock, Hand, Consumer:
		return 0
	case Task:
		return 1
	}
	return 2
}

// Edges are the lines, in a fixed order.
func (p Picture) Edges() []Edge {
	out := slices.Collect(maps.Values(p.edges))
	slices.SortFunc(out, func(a, b Edge) int { return strings.Compare(a.key(), b.key()) })
	return out
}

// Add adds a resource by its attributes, as Terraform has them in JSON. The type is docker_task, docker_task_wire and so on;
// others are left out. What is null or not known has no box and no line.
func (p *Picture) Add(resource string, attributes map[string]any) {
	switch resource {
	case "docker_task":
		p.addTask(attributes)
	case "docker_task_wire":
		p.addStarter(Node{Kind: Consumer, Name: orElse(text(attributes["consumer_role"]), text(attributes["integration"]), "consumer")}, attributes, false, text(attributes["integration"]))
	case "docker_task_schedule":
		p.addStarter(Node{Kind: Clock, Name: text(attributes["name"]), Pages: pages(attributes)}, attributes, true, text(attributes["expression"]))
	case "docker_task_run":
		p.addStarter(Node{Kind: Hand, Name: orElse(words(attributes["command"]), text(object(attributes["task"])["name"])), Pages: pages(attributes)}, attributes, true, "")
	case "docker_task_subscription":
		p.addSubscription(attributes)
	}
}

// taskNode is the box of a docker task.
func taskNode(name string, pages map[string]string) Node {
	return Node{Kind: Task, Name: name, Pages: pages}
}

func (p *Picture) addTask(attributes map[string]any) {
	name := text(attributes["name"])
	if name == "" {
		return
	}
	from := p.node(taskNode(name, pages(attributes)))
	wires := object(attributes["wires"])
	for _, key := range slices.Sorted(maps.Keys(wires)) {
		one := object(wires[key])
		access := text(one["access"])
		for _, kind := range slices.Sorted(maps.Keys(one)) {
			target := targetName(one[kind])
			if target == "" || !isKind(kind) {
				continue
			}
			to := Node{Kind: Target, Type: kind, Name: target}
			if kind == "docker_task" {
				to = taskNode(target, nil)
			}
			p.edge(Edge{from: from, to: p.node(to), Label: access, Policy: text(object(attributes["wire_policies"])[key])})
		}
	}
}

// isKind reports whether an attribute of a wire names its target.
func isKind(name string) bool {
	return slices.ContainsFunc(wire.Kinds, func(k wire.Kind) bool { return k.Name == name })
}

func (p *Picture) addStarter(from Node, attributes map[string]any, solid bool, label string) {
	task := text(object(attributes["task"])["name"])
	if task == "" || from.Name == "" {
		return
	}
	e := Edge{from: p.node(from), to: p.node(taskNode(task, nil)), Solid: solid, Label: label, Policy: text(attributes["policy_json"])}
	if from.Kind == Consumer { // the environment of a run is the user's own
		e.Variables = textsOf(attributes["environment"])
	}
	p.edge(e)
}

func (p *Picture) addSubscription(attributes map[string]any) {
	task := text(object(attributes["task"])["name"])
	label := "ends"
	if is, _ := attributes["only_failures"].(bool); is {
		label = "fails"
	}
	for _, kind := range []string{"function", "queue", "topic"} {
		if target := targetName(attributes[kind]); target != "" && task != "" {
			p.edge(Edge{from: p.node(taskNode(task, nil)), to: p.node(Node{Kind: Target, Type: kind, Name: target}), Solid: true, Label: label})
		}
	}
}

// targetName is the short name of what a wire names: the end of an ARN, or a name.
func targetName(v any) string {
	s, isText := v.(string)
	if !isText {
		fields := object(v)
		for _, key := range []string{"name", "arn", "resource_id", "id", "file_system_id", "cluster"} {
			if s = text(fields[key]); s != "" {
				break
			}
		}
	}
	if strings.HasPrefix(s, "arn:") {
		s = s[strings.LastIndexAny(s, ":/")+1:]
	}
	return s
}

// pages are those of console_urls.
func pages(attributes map[string]any) map[string]string {
	out := map[string]string{}
	for key, v := range object(attributes["console_urls"]) {
		if s := text(v); strings.HasPrefix(s, "https://") {
			out[key] = s
		}
	}
	return out
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// textsOf are the texts of a map.
func textsOf(v any) map[string]string {
	out := map[string]string{}
	for key, e := range object(v) {
		if s := text(e); s != "" {
			out[key] = s
		}
	}
	return out
}

// words are the words of a list.
func words(v any) string {
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		out = append(out, text(e))
	}
	return strings.Join(out, " ")
}

func orElse(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// To is the picture of a plan: what is only in after is added, what is only in p is removed.
func (p Picture) To(after Picture) Picture {
	var out Picture
	for key, n := range after.nodes {
		if _, before := p.nodes[key]; !before {
			n.Change = Added
		}
		out.node(n)
	}
	for key, n := range p.nodes {
		if _, still := after.nodes[key]; !still {
			n.Change = Removed
			out.node(n)
		}
	}
	for key, e := range after.edges {
		if _, before := p.edges[key]; !before {
			e.Change = Added
		}
		out.edge(e)
	}
	for key, e := range p.edges {
		if _, still := after.edges[key]; !still {
			e.Change = Removed
			out.edge(e)
		}
	}
	return out
}

// mark marks the node of a task that a plan changes in place.
func (p *Picture) mark(kind Kind, name string) {
	key := Node{Kind: kind, Name: name}.key()
	if n, is := p.nodes[key]; is && n.Change == "" {
		n.Change = Changed
		p.nodes[key] = n
	}
}
