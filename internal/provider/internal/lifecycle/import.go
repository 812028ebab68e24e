package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// ImportedIdentity is what an import asks for: the identity, or the id, of which named is NAME or
// NAME@REGION.
func ImportedIdentity(ctx context.Context, req resource.ImportStateRequest, named string, diags *diag.Diagnostics) Identity {
	if req.ID != "" {
		return ParseID(named)
	}
	var id Identity
	diags.Append(req.Identity.Get(ctx, &id)...)
	return id
}

// ParseARN reads an import id that is an ARN: the rest of its resource after a prefix, and the place.
func ParseARN(id, service, prefix string) (Identity, error) {
	a, err := arn.Parse(id)
	rest, fits := strings.CutPrefix(a.Resource, prefix)
	if err != nil || a.Service != service || !fits {
		return Identity{}, errors.New(cmp.Or(arn.Guess(id), "it is no ARN"))
	}
	return NewIdentity(types.StringValue(rest), a.Place()), nil
}

// AddNothingToImport tells that there is nothing of an imported unit, where it was looked for.
func AddNothingToImport(diags *diag.Diagnostics, what string, place arn.Place, more string) {
	in := place.Region
	if place.Account != "" {
		in += " of account " + place.Account
	}
	diags.AddError("Nothing to import", fmt.Sprintf("There is no %s in %s, nor a part of one. Check the name; for another region, add @REGION to the import id%s.", what, in, more))
}

// ParseID reads an import id NAME or NAME@REGION.
func ParseID(id string) Identity {
	name, region, _ := strings.Cut(id, "@")
	return Identity{Name: types.StringValue(name), Region: tf.StringOrNull(region)}
}

// PartName is the name of a part, where it is not the one by the naming rules. As long as nothing
// that names the part was made, an import is told of it: NAME@REGION:task_role=transcode.
type PartName struct {
	// Attribute is the one that the name is set in.
	Attribute, Name string
	// Kind is the part's in AWS, called what messages name it; not set where an import id gave the name.
	Kind   task.PartKind
	Called string
}

// TakenOver tells of names of parts that a create was refused over which of them an import takes, and
// what to do about the others: those that no unit has made.
func TakenOver(parts []PartName, existing []*aws.ExistsError) (imported []PartName, others []string) {
	for _, p := range parts {
		if !slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return !e.Owned && e.IsPart(p.Kind, p.Name) }) {
			imported = append(imported, p)
			continue
		}
		take := "give it by " + p.Attribute + ".arn first and then by its name"
		if p.Kind == task.LogGroupPart {
			take = "set " + p.Attribute + ".adopt = true"
		}
		others = append(others, fmt.Sprintf("To take over %s, %s; or choose another name for it.", p.Called, take))
	}
	return imported, others
}

// What refusals say. A command that imports is only suggested where the import takes nothing of another unit.
const (
	OthersStay = " Neither a create nor an import takes over a part of another unit: choose another name, or give a role or log group by its ARN. Then apply again."
	LeftBefore = "If a run was killed while it made this, the import takes up what it left. If another configuration or state manages it, do not import it: each would destroy what is the other's."
	CopiedID   = " A tag can be copied, so it is not taken over for that. Choose another name; or, if an earlier run of this very resource was killed while it made it, delete it by hand."
)

// HasOthers reports whether a create was refused over a part that carries the id of another unit.
func HasOthers(of task.Owner, existing []*aws.ExistsError) bool {
	return slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Owned && !of.Is(e.By) })
}

// IsLeftBefore reports whether a create was refused over a part that an earlier unit of the same name made.
func IsLeftBefore(of task.Owner, existing []*aws.ExistsError) bool {
	return slices.ContainsFunc(existing, func(e *aws.ExistsError) bool { return e.Owned && of.Is(e.By) })
}

// StaysOwned says what to do about an update that was refused over a part with another id.
func StaysOwned(of task.Owner, existing []*aws.ExistsError) string {
	text := " It stays as it is. Choose another name for this part."
	if !HasOthers(of, existing) {
		text += " Or, if no other configuration or state manages it, remove the tag " + task.TagUnit + " from it."
	}
	return text
}

// WithParts puts the names of parts into an import id.
func WithParts(id string, parts []PartName) string {
	for _, p := range parts {
		id += ":" + p.Attribute + "=" + p.Name
	}
	return id
}

// CutParts takes the names of parts out of an import id. Checks are those of the attributes that can
// be there. Neither name nor region has a colon, nor has the
// name of any part.
func CutParts(id string, checks map[string]func(string) error) (rest string, parts []PartName, err error) {
	fields := strings.Split(id, ":")
	for _, field := range fields[1:] {
		attribute, name, _ := strings.Cut(field, "=")
		check, known := checks[attribute]
		if !known {
			return fields[0], nil, fmt.Errorf("%q names no part: it has to be one of %s with \"=\" and a name", field,
				strings.Join(slices.Sorted(maps.Keys(checks)), ", "))
		}
		if err := check(name); err != nil {
			return fields[0], nil, fmt.Errorf("in %s, %w", attribute, err)
		}
		if slices.ContainsFunc(parts, func(p PartName) bool { return p.Attribute == attribute }) {
			return fields[0], nil, errors.New(attribute + " is there twice")
		}
		parts = append(parts, PartName{Attribute: attribute, Name: name})
	}
	return fields[0], parts, nil
}

// CheckNamedPart refuses a part that an import id names and that was not made for the unit.
func CheckNamedPart(of task.Owner, part string, tags map[string]string, diags *diag.Diagnostics) {
	id := tags[task.TagUnit]
	why := fmt.Sprintf("%s has no tag %s, so it was not left by a run that was killed.", part, task.TagUnit)
	switch {
	case of.Is(id):
		return
	case task.DescribeOwner(id) != "":
		why = fmt.Sprintf("%s belongs to %s, by its tag %s.", part, task.DescribeOwner(id), task.TagUnit)
	case id != "":
		why = fmt.Sprintf("%s belongs to another unit: its tag %s is %q.", part, task.TagUnit, id)
	}
	diags.AddError("Part of another owner", why+" It is not imported: leave it out, and choose another name for it in the configuration or, if it is a role or log group, give it by its ARN.")
}

// ImportSite is where an imported unit is, which the attribute at will say. The credentials
// have to be of the account that an identity names.
func (c *Configured) ImportSite(ctx context.Context, id Identity, at path.Path, diags *diag.Diagnostics) Site {
	_, place := c.InRegion(ctx, id.Region, at, diags)
	switch want := id.AccountID.ValueString(); {
	case diags.HasError() || want == "" || want == place.Account:
	case place.Account == "":
		place.Account = want
	default:
		diags.AddError("Credentials of another account",
			fmt.Sprintf("The identity is of account %s, and the provider's credentials are for account %s.", want, place.Account))
	}
	return place
}
