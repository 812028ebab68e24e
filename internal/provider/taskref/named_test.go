package taskref

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tftest"
)

// The forms of one value are no difference.
func TestNamedTask_forms(t *testing.T) {
	t.Parallel()
	r := reference{place: arn.Place{Partition: "aws", Region: "eu-west-1", Account: tftest.Account}}
	schema := Schema()
	decodeTask := func(b tftest.Block) Model {
		object, err := schema.GetType().ValueFromTerraform(t.Context(), tftest.Value(t, schema.GetType().TerraformType(t.Context()), b))
		if err != nil {
			t.Fatal(err)
		}
		task, ok := object.(types.Object)
		if !ok {
			t.Fatalf("%T", object)
		}
		var diags diag.Diagnostics
		return Decode(t.Context(), task, &diags)
	}
	r.given = decodeTask(tftest.Block{"name": "t"})
	r.ruled = decodeTask(tftest.Block{"name": "t", "cluster": "default", "subnet_ids": []any{"subnet-0b", "subnet-0a"}, "assign_public_ip": true})
	same := decodeTask(tftest.Block{
		"name": "t", "cluster": "arn:aws:ecs:eu-west-1:" + tftest.Account + ":cluster/default", "subnet_ids": []any{"subnet-0a", "subnet-0b"},
		"security_group_ids": []any{}, "assign_public_ip": true,
	})
	if d := r.differences(same); len(d) > 0 {
		t.Errorf("differ: %s", strings.Join(d, "; "))
	}
	other := decodeTask(tftest.Block{"name": "t", "cluster": "arn:aws:ecs:us-east-1:" + tftest.Account + ":cluster/default", "subnet_ids": []any{"subnet-0a"}, "assign_public_ip": true})
	if d := r.differences(other); len(d) != 2 {
		t.Errorf("differ: %s", strings.Join(d, "; "))
	}
}

// The model and the schema have the same attributes.
func TestTaskModel_isTheSchema(t *testing.T) {
	t.Parallel()
	have := tftest.FieldTags(Model{})
	if want := slices.Sorted(maps.Keys(tftest.AttributeTypes(t, Schema().GetType()))); !slices.Equal(have, want) {
		t.Errorf("the model has %v, the schema %v", have, want)
	}
}
