package provider

import "github.com/hashicorp/terraform-plugin-framework/path"

// claims are the parts of a planned subscription. Its statements are named after the rule.
func (m *subscriptionModel) claims() []claim {
	if unknownAny(m.Name, m.Region) {
		return nil
	}
	return []claim{newClaim(
		newPart("rule", m.Region.ValueString(), m.Name.ValueString()), path.Root("name"),
		"Without name, the name of the rule follows from the names of task and target: a second subscription of one target to one task needs a name of its own."+onceEach,
	)}
}
