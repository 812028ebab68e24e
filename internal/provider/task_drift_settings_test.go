package provider_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// TestAccTask_drift_logGroupSettings: settings of log groups that the emulator does not have, so that the proxy adds
// them. A key is drift and is repaired, a class is drift and cannot be, and a retention that the account sets is not
// the group's.
func TestAccTask_drift_logGroupSettings(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:us-east-1:123456789012:key/mine"
	for name, test := range map[string]struct {
		group  values // of the configuration; nil for none
		has    values // what AWS has
		call   string // that puts it right, and its parameter
		with   string
		denied string
	}{
		"key added":                {has: values{"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/theirs"}, call: "logs.DisassociateKmsKey"},
		"key removed":              {group: values{"kms_key_id": key}, has: values{}, call: "logs.AssociateKmsKey", with: key},
		"key changed":              {group: values{"kms_key_id": key}, has: values{"kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/theirs"}, call: "logs.AssociateKmsKey", with: key},
		"retention of the account": {has: values{"retentionPolicyName": "account", "retentionInDays": 7}},
		"class":                    {has: values{"logGroupClass": "INFREQUENT_ACCESS"}, denied: "AWS cannot change the class of log group"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := holdPlainTask(t)
			proxy := acctest.NewProxy(t)
			has := values{}
			if test.group != nil {
				h.arguments["log_group"] = test.group
				has["kmsKeyId"] = key
			}
			proxy.After(acctest.On("logs.DescribeLogGroups"), func(_ acctest.Call, body []byte) []byte { return withSettings(t, body, has) })
			put := proxy.After(acctest.On("logs.AssociateKmsKey", "logs.DisassociateKmsKey"), func(call acctest.Call, _ []byte) []byte {
				if call.String() != test.call || test.with != "" && call.Field("kmsKeyId") != test.with {
					t.Errorf("%s %s", call, call.Body)
				}
				if has = (values{}); test.with != "" {
					has["kmsKeyId"] = test.with
				}
				return []byte("{}")
			})
			state := mustApply(t, h.core, h.arguments)
			has = test.has
			state, err := h.core.refresh(state)
			if err != nil {
				t.Fatal(err)
			}
			to, _, err := h.core.plan(state, h.arguments)
			switch {
			case test.denied != "":
				if err == nil || !strings.Contains(squeezed(err.Error()), test.denied) {
					t.Errorf("the plan does not say so: %v", err)
				}
				has = values{}
			case err != nil:
				t.Fatal(err)
			case test.call == "":
				if have := changedAttributes(t, state.value, to.value); have != nil {
					t.Errorf("the plan changes %v", have)
				}
			default:
				want := []string{"log_kms_key_id"}
				if test.group != nil {
					want = []string{"log_group", "log_kms_key_id"}
				}
				if have := changedAttributes(t, state.value, to.value); !slices.Equal(have, want) {
					t.Errorf("the plan changes %v", have)
				}
				if state, err = h.core.change(state, to, h.core.config(h.arguments)); err != nil {
					t.Fatal(err)
				}
				h.core.mustPlanNothing(state, h.arguments)
				if put.Hits() != 1 {
					t.Errorf("the key was set %d times", put.Hits())
				}
			}
			if _, err := h.core.destroy(state); err != nil {
				t.Fatal(err)
			}
			if err := h.gone(); err != nil {
				t.Error(err)
			}
		})
	}
}

// withSettings is the response of DescribeLogGroups with more settings of every group.
func withSettings(t *testing.T, body []byte, has values) []byte {
	var answer struct {
		LogGroups []map[string]any `json:"logGroups"`
	}
	err := json.Unmarshal(body, &answer)
	for _, group := range answer.LogGroups {
		delete(group, "kmsKeyId") // the emulator has that of the create for ever
		for name, value := range has {
			group[name] = value
		}
	}
	var out []byte
	if err == nil {
		out, err = json.Marshal(answer)
	}
	if err != nil {
		t.Error(err)
	}
	return out
}
