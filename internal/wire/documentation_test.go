package wire

import (
	"fmt"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// Documentation is the reference of all kinds of wires in Markdown, made from the table.
// Capital words stand for what is filled in; the place is the target's.
func Documentation() string {
	var b strings.Builder
	row := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }

	row("Kind", "Given as", "Variables", "`read` allows", "`write` allows")
	row("---", "---", "---", "---", "---")
	for _, k := range Kinds {
		row("`"+k.Name+"`<br>"+k.Description, k.documentGiven(), k.documentVariables(), k.documentRights(Read), k.documentRights(Write))
	}

	b.WriteString("\nNotes:\n\n")
	for _, k := range Kinds {
		if k.Note != "" {
			fmt.Fprintf(&b, "- `%s`: %s\n", k.Name, k.Note)
		}
	}
	if token, ok := Find("state_machine"); ok {
		fmt.Fprintf(&b, "- `task_token = true` allows %s.\n", token.documentRights(taskToken))
	}

	b.WriteString("\nWith `kms_key_arn`, the task may use the key, through the target's service only (`kms:ViaService`):\n\n")
	row("Kind", "Service", "`read` allows", "`write` allows")
	row("---", "---", "---", "---")
	for _, k := range Kinds {
		if k.TakesKey() {
			row("`"+k.Name+"`", "`"+k.key.service+"`", codes(k.key.read), codes(k.key.write))
		}
	}

	b.WriteString("\nNo statement has `*` as its action. These have `*` as their resource, and no others:\n\n")
	row("Actions", "Where", "Reason")
	row("---", "---", "---")
	for _, u := range UnscopedActions {
		row(codes(u.Actions), u.Where, u.Why)
	}
	return b.String()
}

func (k Kind) documentGiven() string {
	switch k.Given {
	case ByTask:
		return "`docker_task.NAME` or `data.docker_task.NAME`"
	case ByJSON:
		return "JSON"
	case ByText:
		return "name, or `" + k.arns.Shape() + "`"
	}
	var fields []string
	for _, f := range k.Fields {
		if f.Name != fieldARN {
			fields = append(fields, f.Name)
		}
	}
	given := "`{ " + strings.Join(fields, ", ") + " }`"
	if k.hasARN() {
		given += ", or `{ arn }` with `" + k.arns.Shape() + "`"
	}
	return given
}

func (k Kind) documentVariables() string {
	if k.Given == ByTask {
		return codes(Variables())
	}
	var out []string
	for _, v := range k.variables {
		text := "`" + v.name + "`"
		if documented := documentedValues(k).expand(v.value); strings.Contains(documented, "://") {
			text += " = `" + documented + "`"
		}
		out = append(out, text)
	}
	return cell(out)
}

// documentRights is what an access allows, in the words of the policy.
func (k Kind) documentRights(access Access) string {
	switch k.Given {
	case ByJSON:
		return "its statements"
	case ByTask:
		// It fails only if the cluster's ARN is not an ARN.
		d, err := Consumer{Actions: k.actions[access]}.Policy(documentedTask)
		if err != nil {
			panic(err)
		}
		var out []string
		for _, s := range d.Statements {
			text := codes(s.Actions) + " on " + codes(s.Resources)
			for _, c := range s.Conditions {
				text += " where `" + c.Key + "` is " + codes(c.Values)
			}
			out = append(out, inCapitals.Replace(text))
		}
		return cell(out)
	}
	var out []string
	for _, r := range k.rights {
		if r.access != access {
			continue
		}
		var on []string
		for _, at := range r.on {
			text := "`" + k.arns.Resource(awsname.Placeholders, documentedValues(k).expand(at.at)) + "`"
			if at.note != "" {
				text += " (" + at.note + ")"
			}
			on = append(on, text)
		}
		text := codes(r.actions) + " on " + and(on)
		if r.where != nil && r.where.when == "" {
			text += " where `" + r.where.key + "` is `" + documentedValues(k).expand(r.where.value) + "`"
		} else if r.where != nil {
			text += " (with an alias or version, where `" + r.where.key + "` is that)"
		}
		out = append(out, text)
	}
	return cell(out)
}

// documentedTask is the task of the documentation. Its ARNs are read again, so their place
// is in lower case, as in a real one.
var documentedTask = func() Task {
	place := arn.Place{Partition: "partition", Region: "region", Account: "account"}
	return Task{
		FamilyARN:  awsname.TaskDefinition.ARN("NAME", place),
		ClusterARN: awsname.Cluster.ARN("CLUSTER", place),
		RoleARNs: []string{
			place.Global("iam", "role"+task.DefaultRolePath+"EXECUTION_ROLE"),
			place.Global("iam", "role"+task.DefaultRolePath+"TASK_ROLE"),
		},
	}
}()

var inCapitals = strings.NewReplacer(
	"arn:partition:", "arn:"+awsname.Placeholders.Partition+":",
	":region:account:", ":"+awsname.Placeholders.Region+":"+awsname.Placeholders.Account+":",
	"::account:", "::"+awsname.Placeholders.Account+":")

// documentedValues have every name stand for itself, in capitals.
func documentedValues(k Kind) values {
	v := values{
		"region": awsname.Placeholders.Region, "account": awsname.Placeholders.Account, "suffix": "DNS_SUFFIX",
		"target": "NAME", "name": "NAME", "pattern": "NAME-AbCdEf", "rest": "NAME", "path": "/STAGE", "label": "LABEL",
	}
	for _, f := range k.Fields {
		v[f.Name] = strings.ToUpper(f.Name)
	}
	return v
}

// codes is a list of words as code.
func codes(words []string) string {
	if len(words) == 0 {
		return "–"
	}
	return and(strings.Split("`"+strings.Join(words, "`\x00`")+"`", "\x00"))
}

// and is a list in a sentence.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// cell is a list in a table's cell.
func cell(lines []string) string {
	if len(lines) == 0 {
		return "–"
	}
	return strings.Join(lines, "<br>")
}
