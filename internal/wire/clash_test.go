package wire_test

import (
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/wire"
)

func TestClashes(t *testing.T) {
	bucket := func(name, value, prefix string, containers ...string) wire.Wire {
		return wire.Wire{Name: name, Kind: "object_store", Value: value, Access: wire.Read, EnvPrefix: prefix, Containers: containers}
	}
	named := func(name, value string, pairs ...string) wire.Wire {
		w := bucket(name, value, "")
		w.Names = map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			w.Names[pairs[i]] = pairs[i+1]
		}
		return w
	}
	sets := func(name, value string) wire.Container {
		return wire.Container{Environment: map[string]string{name: value}}
	}
	tests := []struct {
		name     string
		wires    []wire.Wire
		main     wire.Container
		sidecars map[string]wire.Container
		want     []string // "" wire.field and parts of the text
	}{
		{name: "one wire", wires: []wire.Wire{bucket("in", "input", "")}},
		{name: "prefixes", wires: []wire.Wire{bucket("in", "input", ""), bucket("out", "output", "OUT_")}},
		{name: "other names", wires: []wire.Wire{bucket("in", "input", ""), named("out", "output", "BUCKET_NAME", "OUT", "BUCKET_ARN", "OUT_ARN")}},
		{name: "one name of two", wires: []wire.Wire{bucket("in", "input", ""), named("out", "output", "BUCKET_ARN", "OUT_ARN")}},
		{name: "rights only", wires: []wire.Wire{bucket("in", "input", ""), named("out", "output")}, main: wire.Container{Secrets: []string{"OUT"}}},
		{
			name: "a name that another wire has", wires: []wire.Wire{bucket("in", "input", ""), named("out", "output", "BUCKET_ARN", "BUCKET_NAME")},
			want: []string{`out.variables: wires "in" and "out" both set BUCKET_NAME, to different values; on one of them, give the variable another name in variables`},
		},
		{
			name: "a name that the user has", wires: []wire.Wire{named("in", "input", "BUCKET_NAME", "MINE")}, main: sets("MINE", "sesame"),
			want: []string{`in.variables: wire "in" and environment both set MINE, to different values; leave it out there, or on the wire give the variable another name in variables`},
		},
		{name: "the kind's name that the wire leaves", wires: []wire.Wire{named("in", "input", "BUCKET_NAME", "MINE")}, main: sets("BUCKET_NAME", "sesame")},
		{name: "the same target twice", wires: []wire.Wire{bucket("in", "input", ""), bucket("again", "arn:aws:s3:::input", "")}},
		{
			name: "two wires", wires: []wire.Wire{bucket("raw-out", "output", ""), bucket("in", "input", "")},
			want: []string{
				`raw-out.env_prefix: wires "in" and "raw-out" both set BUCKET_ARN, to different values; on one of them, set env_prefix, as in env_prefix = "RAW_OUT_", or name the variables in variables`,
				`raw-out.env_prefix: wires "in" and "raw-out" both set BUCKET_NAME`,
			},
		},
		{name: "the user, the same", wires: []wire.Wire{bucket("in", "input", "")}, main: sets("BUCKET_NAME", "input")},
		{
			name: "the user", wires: []wire.Wire{bucket("in", "input", "")}, main: sets("BUCKET_NAME", "sesame"),
			want: []string{`in.env_prefix: wire "in" and environment both set BUCKET_NAME, to different values; leave it out there, or on the wire set env_prefix, as in env_prefix = "IN_"`},
		},
		{
			name: "a secret", wires: []wire.Wire{bucket("in", "input", "")}, main: wire.Container{Secrets: []string{"BUCKET_NAME"}},
			want: []string{`in.env_prefix: wire "in" and secrets both set BUCKET_NAME`},
		},
		{name: "a sidecar that does not get it", wires: []wire.Wire{bucket("in", "input", "")}, sidecars: map[string]wire.Container{"proxy": sets("BUCKET_NAME", "sesame")}},
		{
			name: "a sidecar that gets it", wires: []wire.Wire{bucket("in", "input", "", "proxy")}, sidecars: map[string]wire.Container{"proxy": sets("BUCKET_NAME", "sesame")},
			want: []string{`in.env_prefix: wire "in" and environment of sidecar "proxy" both set BUCKET_NAME`},
		},
		{name: "another kind", wires: []wire.Wire{bucket("in", "input", ""), {Name: "q", Kind: "job_queue", Value: "jobs", Access: wire.Read}}},
		{name: "a wire with a problem sets nothing", wires: []wire.Wire{bucket("in", "input", ""), bucket("out", "*", "")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			problems := wire.Clashes(test.wires, home, test.main, test.sidecars)
			if len(problems) != len(test.want) {
				t.Fatalf("problems:\n%s\nwant %d", texts(problems), len(test.want))
			}
			for i, want := range test.want {
				if got := texts(problems[i : i+1]); !strings.HasPrefix(got, want) {
					t.Errorf("problem %q, want %q", got, want)
				}
			}
			if said := texts(problems); strings.Contains(said, "sesame") || strings.Contains(said, "input") {
				t.Errorf("%q holds a value", said)
			}
		})
	}
}

// What two wires set, or a wire and the user, is said before both values are known, once for each two.
func TestMayClash(t *testing.T) {
	topic := func(name, prefix string, containers ...string) wire.Wire {
		return wire.Wire{Name: name, Kind: "topic", EnvPrefix: prefix, Containers: containers}
	}
	bucket := wire.Wire{Name: "in", Kind: "object_store", Access: wire.Read}
	one := map[string]string{"TOPIC_NAME": "sesame"}
	for name, test := range map[string]struct {
		known, unknown []wire.Wire
		main           wire.Container
		sidecars       map[string]wire.Container
		want           []string
	}{
		"none unknown":         {known: []wire.Wire{topic("a", ""), topic("b", "")}},
		"one unknown":          {known: []wire.Wire{topic("a", "")}, unknown: []wire.Wire{bucket}},
		"another prefix":       {known: []wire.Wire{topic("a", "")}, unknown: []wire.Wire{topic("b", "B_")}},
		"known and unknown":    {known: []wire.Wire{topic("b", "")}, unknown: []wire.Wire{topic("a", "")}, want: []string{`b.env_prefix: wires "a" and "b" both set TOPIC_NAME, TOPIC_ARN`}},
		"two unknown":          {unknown: []wire.Wire{topic("b", "X_"), topic("a", "X_"), bucket}, want: []string{`b.env_prefix: wires "a" and "b" both set X_TOPIC_NAME, X_TOPIC_ARN`}},
		"two known, one not":   {known: []wire.Wire{topic("a", ""), topic("b", "")}, unknown: []wire.Wire{topic("c", "")}, want: []string{`c.env_prefix: wires "a" and "c"`, `c.env_prefix: wires "b" and "c"`}},
		"policies set nothing": {unknown: []wire.Wire{{Name: "a", Kind: "policy"}, {Name: "b", Kind: "policy"}}},

		"the user's, unknown wire":  {unknown: []wire.Wire{topic("a", "")}, main: wire.Container{Environment: one}, want: []string{`a.env_prefix: wire "a" and environment both set TOPIC_NAME, and`}},
		"the user's, known wire":    {known: []wire.Wire{topic("a", "")}, main: wire.Container{Environment: one}},
		"unknown, known wire":       {known: []wire.Wire{topic("a", "")}, main: wire.Container{Unknown: []string{"TOPIC_ARN"}}, want: []string{`a.env_prefix: wire "a" and environment both set TOPIC_ARN, and`}},
		"unknown, of other names":   {known: []wire.Wire{topic("a", "A_")}, main: wire.Container{Unknown: []string{"TOPIC_ARN"}}},
		"a sidecar that gets it":    {unknown: []wire.Wire{topic("a", "", "proxy")}, sidecars: map[string]wire.Container{"proxy": {Environment: one}}, want: []string{`a.env_prefix: wire "a" and environment of sidecar "proxy" both set TOPIC_NAME`}},
		"a sidecar that does not":   {unknown: []wire.Wire{topic("a", "")}, sidecars: map[string]wire.Container{"proxy": {Environment: one}}},
		"a secret is a clash as is": {unknown: []wire.Wire{topic("a", "")}, main: wire.Container{Secrets: []string{"TOPIC_NAME"}}},
	} {
		t.Run(name, func(t *testing.T) {
			problems := wire.MayClash(test.known, test.unknown, test.main, test.sidecars)
			if len(problems) != len(test.want) {
				t.Fatalf("problems:\n%s\nwant %d", texts(problems), len(test.want))
			}
			for i, want := range test.want {
				got := texts(problems[i : i+1])
				if !strings.HasPrefix(got, want) || !strings.Contains(got, "will be an error unless they are the same") {
					t.Errorf("problem %q, want %q", got, want)
				}
				if strings.Contains(got, "sesame") {
					t.Errorf("%q holds a value", got)
				}
			}
		})
	}
}

// A secret by the name of a wire's variable is a clash before anything is known of the target.
func TestCheckSecrets(t *testing.T) {
	w := wire.Wire{Name: "in", Kind: "object_store", Access: wire.Read, Containers: []string{"proxy"}}
	has := func(names ...string) wire.Container { return wire.Container{Secrets: names} }
	for name, test := range map[string]struct {
		main     wire.Container
		sidecars map[string]wire.Container
		want     string
	}{
		"of the main container":   {main: has("OTHER", "BUCKET_ARN"), want: `in.env_prefix: wire "in" and secrets both set BUCKET_ARN, to different values; leave it out there`},
		"of a sidecar":            {sidecars: map[string]wire.Container{"proxy": has("BUCKET_NAME")}, want: `in.env_prefix: wire "in" and secrets of sidecar "proxy" both set BUCKET_NAME`},
		"of one that gets none":   {sidecars: map[string]wire.Container{"log": has("BUCKET_NAME")}},
		"of another name":         {main: has("OTHER")},
		"a variable is no secret": {main: wire.Container{Environment: map[string]string{"BUCKET_NAME": "input"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts(w.CheckSecrets(test.main, test.sidecars)); !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("problems %q, want %q", got, test.want)
			}
		})
	}
}

func TestCheckContainers(t *testing.T) {
	w := wire.Wire{Name: "in", Kind: "object_store", Value: "input", Access: wire.Read, Containers: []string{"proxy", "prxy"}}
	problems := w.CheckContainers([]string{"proxy", "log"})
	if len(problems) != 1 || problems[0].Field != "containers" || !strings.Contains(problems[0].Text, `no sidecar "prxy"; there are log, proxy`) {
		t.Error(texts(problems))
	}
	w.Containers = nil
	if problems := w.CheckContainers(nil); len(problems) > 0 {
		t.Error(texts(problems))
	}
}
