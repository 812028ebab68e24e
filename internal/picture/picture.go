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

	"github.com/dockertask/terraform-provider-docker/internal/arn"
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
	// Region is where it is; "" for what has none, or where it is not known.
	Region string
	// Address is that of the resource in the configuration; "" for what is only named by others.
	Address string
	// Pages are pages of the AWS console, by what they show.
	Pages map[string]string
	// Variables are the environment variables that the wires of a task set.
	Variables map[string]string
	Change    Change
}

// key tells one node from all others.
func (n Node) key() string {
	return strings.Join([]string{string(n.Kind), n.Type, n.Name, n.Region}, "\x00")
}

// Edge is a line between two nodes, by their keys.
type Edge struct {
	from, to string
	Solid    bool
	Label    string
	Change   Change
	// Address is that of the resource that the line comes from, and Pages are its pages of the AWS console.
	Address string
	Pages   map[string]string
	// Policy is the policy of a wire or subscription as JSON, and Variables are its environment variables; none where they are not known.
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
	if known, is := p.nodes[key]; is && n.Address == "" && len(n.Pages) == 0 {
		n = known
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
// others are left out. What is null has no box and no line. [Picture.Settle] follows the last one.
func (p *Picture) Add(resource string, attributes map[string]any) {
	p.add(resource, attributes, "", "")
}

// add adds a resource of an address, with which a plan does something.
func (p *Picture) add(resource string, attributes map[string]any, address string, change Change) {
	own := Node{Region: regionOf(attributes), Address: address, Change: change}
	line := Edge{Address: address, Change: change}
	starter := func(kind Kind, name string) Node {
		own.Kind, own.Name = kind, name
		if kind == Consumer { // a role, which is somebody else's and has no region
			own = Node{Kind: kind, Name: name}
		} else {
			own.Pages = pages(attributes)
		}
		return own
	}
	switch resource {
	case "docker_task":
		p.addTask(own, attributes)
	case "docker_task_wire":
		line.Label = text(attributes["integration"])
		p.addStarter(starter(Consumer, orElse(text(attributes["consumer_role"]), line.Label, "consumer")), attributes, line)
	case "docker_task_schedule":
		line.Solid, line.Label = true, text(attributes["expression"])
		p.addStarter(starter(Clock, text(attributes["name"])), attributes, line)
	case "docker_task_run":
		line.Solid = true
		p.addStarter(starter(Hand, orElse(words(attributes["command"]), text(object(attributes["task"])["name"]))), attributes, line)
	case "docker_task_subscription":
		line.Solid = true
		p.addSubscription(attributes, line)
	}
}

// taskNode is the box of a task that somebody refers to. One that is given by its name alone is where they are.
func taskNode(reference any, region string) Node {
	task := object(reference)
	name := text(task["name"])
	if reference == Unknown { // all of it
		name = Unknown
	}
	return Node{Kind: Task, Name: name, Region: orElse(regionOf(task), region)}
}

func (p *Picture) addTask(own Node, attributes map[string]any) {
	own.Kind, own.Name = Task, text(attributes["name"])
	if own.Name == "" {
		return
	}
	own.Pages, own.Variables = pages(attributes), textsOf(attributes["wire_environment"])
	from := p.node(own)
	wires := object(attributes["wires"])
	for _, key := range slices.Sorted(maps.Keys(wires)) {
		one := object(wires[key])
		for _, kind := range slices.Sorted(maps.Keys(one)) {
			if !isKind(kind) {
				continue
			}
			to := target(kind, one[kind], own.Region)
			if kind == "docker_task" {
				to = taskNode(one[kind], own.Region)
			}
			if to.Name == "" {
				continue
			}
			if to.Name == Unknown { // or two that are not known would be one
				to.Name = key + " " + Unknown
			}
			p.edge(Edge{from: from, to: p.node(to), Label: text(one["access"]), Address: own.Address, Policy: text(object(attributes["wire_policies"])[key])})
		}
	}
}

// isKind reports whether an attribute of a wire names its target.
func isKind(name string) bool {
	return slices.ContainsFunc(wire.Kinds, func(k wire.Kind) bool { return k.Name == name })
}

func (p *Picture) addStarter(from Node, attributes map[string]any, e Edge) {
	task := taskNode(attributes["task"], regionOf(attributes))
	if task.Name == "" || from.Name == "" {
		return
	}
	e.from, e.to, e.Policy = p.node(from), p.node(task), text(attributes["policy_json"])
	if from.Kind == Consumer { // the environment of a run is the user's own
		e.Variables = textsOf(attributes["environment"])
	}
	p.edge(e)
}

func (p *Picture) addSubscription(attributes map[string]any, e Edge) {
	region := regionOf(attributes)
	task := taskNode(attributes["task"], region)
	e.Label, e.Pages, e.Policy = "ends", pages(attributes), text(attributes["permission_json"])
	if is, _ := attributes["only_failures"].(bool); is {
		e.Label = "fails"
	}
	for _, kind := range []string{"function", "queue", "topic"} {
		if to := target(kind, attributes[kind], region); to.Name != "" && task.Name != "" {
			e.from, e.to = p.node(task), p.node(to)
			p.edge(e)
		}
	}
}

// target is the box of what a wire or subscription names. Buckets have names of their own in all regions.
func target(kind string, given any, region string) Node {
	n := Node{Kind: Target, Type: kind, Name: targetName(given), Region: region}
	if a, err := arn.Parse(orElse(text(given), text(object(given)["arn"]))); err == nil {
		n.Region = a.Region
	}
	if strings.HasPrefix(kind, "object_") {
		n.Region = ""
	}
	return n
}

// targetName is the short name of what a wire names: that in an ARN, or a name.
func targetName(v any) string {
	s, isText := v.(string)
	if isText {
		return nameInARN(s)
	}
	fields := object(v)
	if s = text(fields["arn"]); s != "" {
		return nameInARN(s)
	}
	for _, key := range []string{"bucket", "name", "id", "resource_id", "replication_group_id", "serverless_cache_name", "file_system_id", "cluster"} {
		if s = text(fields[key]); s != "" {
			break
		}
	}
	if part := orElse(text(fields["prefix"]), text(fields["stage"])); s != "" && part != "" {
		s += "/" + part
	}
	return nameInARN(s)
}

// unlabelled are services in whose ARNs the name stands alone, without a word for what it is.
var unlabelled = []string{"execute-api", "s3", "sns", "sqs"}

// nameInARN is the name in an ARN, whole: "incoming/2026" of "…:table/incoming/2026".
func nameInARN(s string) string {
	a, err := arn.Parse(s)
	if err != nil {
		return s
	}
	if at := strings.IndexAny(a.Resource, ":/"); at >= 0 && !slices.Contains(unlabelled, a.Service) {
		return a.Resource[at+1:]
	}
	return a.Resource
}

// regionOf is the region of a resource; "" where it is not known.
func regionOf(attributes map[string]any) string {
	if region := text(attributes["region"]); region != Unknown {
		return region
	}
	return ""
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

// Settle joins a task that is only named, and of which nobody said where it is, with the one of that name.
func (p *Picture) Settle() {
	for key, n := range p.nodes {
		if n.Kind != Task || n.Region != "" {
			continue
		}
		var same []string
		for other, o := range p.nodes {
			if o.Kind == Task && o.Name == n.Name && o.Region != "" {
				same = append(same, other)
			}
		}
		if len(same) != 1 {
			continue
		}
		delete(p.nodes, key)
		for at, e := range p.edges {
			if e.from != key && e.to != key {
				continue
			}
			delete(p.edges, at)
			e.from, e.to = replaced(e.from, key, same[0]), replaced(e.to, key, same[0])
			p.edge(e)
		}
	}
}

func replaced(s, from, to string) string {
	if s == from {
		return to
	}
	return s
}

// To is the picture of a plan: what is only in after is added, what is only in p is removed. A task that the plan creates, and
// that others named before, is added too.
func (p Picture) To(after Picture) Picture {
	var out Picture
	for key, n := range after.nodes {
		if before, was := p.nodes[key]; !was || before.Address == "" && n.Address != "" {
			n.Change = Added
		}
		out.node(n)
	}
	for key, n := range p.nodes {
		if now, still := after.nodes[key]; !still || n.Address != "" && now.Address == "" {
			delete(out.nodes, key)
			n.Change = Removed
			out.node(n)
		}
	}
	for key, e := range after.edges {
		before, was := p.edges[key]
		switch {
		case !was:
			e.Change = Added
		case e.Policy != before.Policy || !maps.Equal(e.Variables, before.Variables):
			e.Change = Changed
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

// title is the text of a box. It says where the box is, if not all are in one region.
func (p Picture) title(n Node) string {
	title := n.title()
	for _, other := range p.nodes {
		if n.Region != "" && other.Region != "" && other.Region != n.Region {
			return title + " (" + n.Region + ")"
		}
	}
	return title
}
