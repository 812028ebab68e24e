package standin

import (
	"context"
	"encoding/json"
	"hash/crc32"
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// policyDocument is the data source aws_iam_policy_document.
type policyDocument struct{}

type policyDocumentModel struct {
	ID         types.String             `tfsdk:"id"`
	JSON       types.String             `tfsdk:"json"`
	PolicyID   types.String             `tfsdk:"policy_id"`
	Version    types.String             `tfsdk:"version"`
	Statements []policyDocumentSentence `tfsdk:"statement"`
}

type policyDocumentSentence struct {
	SID          types.String              `tfsdk:"sid"`
	Effect       types.String              `tfsdk:"effect"`
	Actions      []string                  `tfsdk:"actions"`
	NotActions   []string                  `tfsdk:"not_actions"`
	Resources    []string                  `tfsdk:"resources"`
	NotResources []string                  `tfsdk:"not_resources"`
	Principals   []policyDocumentPrincipal `tfsdk:"principals"`
	Conditions   []policyDocumentCondition `tfsdk:"condition"`
}

type policyDocumentPrincipal struct {
	Type        string   `tfsdk:"type"`
	Identifiers []string `tfsdk:"identifiers"`
}

type policyDocumentCondition struct {
	Test     string   `tfsdk:"test"`
	Variable string   `tfsdk:"variable"`
	Values   []string `tfsdk:"values"`
}

func (*policyDocument) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "aws_iam_policy_document"
}

func (*policyDocument) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	optional := schema.StringAttribute{Optional: true}
	required := schema.StringAttribute{Required: true}
	set := schema.SetAttribute{ElementType: types.StringType, Optional: true}
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"id":        schema.StringAttribute{Computed: true},
			"json":      schema.StringAttribute{Computed: true},
			"policy_id": optional,
			"version":   optional,
		},
		Blocks: map[string]schema.Block{
			"statement": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{
				Attributes: map[string]schema.Attribute{
					"sid": optional, "effect": optional,
					"actions": set, "not_actions": set, "resources": set, "not_resources": set,
				},
				Blocks: map[string]schema.Block{
					"principals": schema.SetNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
						"type": required, "identifiers": schema.SetAttribute{ElementType: types.StringType, Required: true},
					}}},
					"condition": schema.SetNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
						"test": required, "variable": required, "values": schema.ListAttribute{ElementType: types.StringType, Required: true},
					}}},
				},
			}},
		},
	}
}

func (*policyDocument) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model policyDocumentModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	document, err := model.document()
	if err != nil {
		resp.Diagnostics.AddError("Writing the policy document", err.Error())
		return
	}
	model.JSON = types.StringValue(string(document))
	model.ID = types.StringValue(strconv.FormatUint(uint64(crc32.ChecksumIEEE(document)), 10))
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

type policyStatement struct {
	SID         string                    `json:"Sid,omitempty"`
	Effect      string                    `json:"Effect"`
	Action      any                       `json:"Action,omitempty"`
	NotAction   any                       `json:"NotAction,omitempty"`
	Resource    any                       `json:"Resource,omitempty"`
	NotResource any                       `json:"NotResource,omitempty"`
	Principal   any                       `json:"Principal,omitempty"`
	Condition   map[string]map[string]any `json:"Condition,omitempty"`
}

// document writes the policy as the real data source does: one value as a string, several
// as a sorted list, indented by two blanks.
func (m policyDocumentModel) document() ([]byte, error) {
	document := struct {
		Version   string            `json:"Version"`
		ID        string            `json:"Id,omitempty"`
		Statement []policyStatement `json:"Statement"`
	}{Version: "2012-10-17", ID: m.PolicyID.ValueString(), Statement: []policyStatement{}}
	if version := m.Version.ValueString(); version != "" {
		document.Version = version
	}
	for _, sentence := range m.Statements {
		document.Statement = append(document.Statement, sentence.statement())
	}
	return json.MarshalIndent(document, "", "  ")
}

func (s policyDocumentSentence) statement() policyStatement {
	statement := policyStatement{
		SID:         s.SID.ValueString(),
		Effect:      "Allow",
		Action:      oneOrMany(s.Actions),
		NotAction:   oneOrMany(s.NotActions),
		Resource:    oneOrMany(s.Resources),
		NotResource: oneOrMany(s.NotResources),
	}
	if effect := s.Effect.ValueString(); effect != "" {
		statement.Effect = effect
	}
	principals := make(map[string]any)
	for _, principal := range s.Principals {
		if principal.Type == "*" {
			statement.Principal = "*"
			continue
		}
		principals[principal.Type] = oneOrMany(principal.Identifiers)
	}
	if len(principals) > 0 {
		statement.Principal = principals
	}
	for _, condition := range s.Conditions {
		if statement.Condition == nil {
			statement.Condition = make(map[string]map[string]any)
		}
		if statement.Condition[condition.Test] == nil {
			statement.Condition[condition.Test] = make(map[string]any)
		}
		statement.Condition[condition.Test][condition.Variable] = oneOrMany(condition.Values)
	}
	return statement
}

// oneOrMany is nil for no values, so that they are left out.
func oneOrMany(values []string) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	default:
		return slices.Sorted(slices.Values(values))
	}
}
