package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
)

// A policy of the wire's name that says the same is the wire's, however it is written.
func TestAccWire_adopts(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	w.aws.PutRolePolicy(w.role, w.defaultPolicyName(), respelled(w))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{{
			Config: w.config(w.wireBlock(w.byName())),
			Check: resource.ComposeTestCheckFunc(w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()), func(*terraform.State) error {
				if puts := proxy.Calls(acctest.On("iam.PutRolePolicy")); len(puts) > 0 {
					return fmt.Errorf("a policy that existed is written again")
				}
				return nil
			}),
		}},
	})
}

// respelled is the full policy in another order, with blanks, and lists for single values.
func respelled(w wireFixture) string {
	cluster := w.cluster("default")
	text := policyOf(passStatement(w.roleARN("task"), w.roleARN("execution")), w.tasksStatement(cluster, "StopTask", "DescribeTasks"), w.runStatement("*", cluster))
	text = strings.Replace(text, `"ecs:RunTask"`, `["ecs:RunTask"]`, 1)
	return strings.ReplaceAll(text, ",", ",\n    ")
}

// Another policy of that name belongs to others: it is refused, and stays as it is.
func TestAccWire_refusesAnothersPolicy(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	w.aws.PutRolePolicy(w.role, w.defaultPolicyName(), otherPolicyDocument)
	refusal := saying("another policy of this name", w.role, w.defaultPolicyName(), "policy_name")
	untouched := w.expectOnRole(w.defaultPolicyName(), otherPolicyDocument)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             untouched,
		Steps: []resource.TestStep{
			{Config: w.config(w.wireBlock(w.byName())), ExpectError: refusal},
			{
				// Neither does a wire that was only computed before take it over.
				Config: w.config(w.wireBlock(w.byName(), "attach_policy = false")),
				Check:  untouched,
			},
			{Config: w.config(w.wireBlock(w.byName())), ExpectError: refusal},
			{
				Config: w.config(w.wireBlock(w.byName(), `policy_name = "mine"`)),
				Check: func(*terraform.State) error {
					document, _ := w.aws.RolePolicy(w.role, "mine")
					return sameDocument(document, w.fullPolicy())
				},
			},
		},
	})
}

// A policy that was deleted outside Terraform is created again, one that was changed is repaired; the plan shows
// both.
func TestAccWire_disappears(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	config := w.config(w.wireBlock(w.byName()))
	foreign := policyOf(w.runStatement("*", w.cluster("default")))
	whole := w.expectOnRole(w.defaultPolicyName(), w.fullPolicy())
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: config, Check: whole},
			{
				PreConfig:        func() { w.aws.DeleteRolePolicy(w.role, w.defaultPolicyName()) },
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionCreate)),
				Check:            whole,
			},
			{
				PreConfig: func() { w.aws.PutRolePolicy(w.role, w.defaultPolicyName(), foreign) },
				Config:    config,
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate),
					changesOfWire{"policy_json"}, plancheck.ExpectKnownValue(theWire, policyJSON, says(w.fullPolicy()))),
				Check: whole,
			},
			{
				// Another spelling is no change.
				PreConfig:        func() { w.aws.PutRolePolicy(w.role, w.defaultPolicyName(), respelled(w)) },
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ExpectEmptyPlan()),
				Check:            whole,
			},
			{
				PreConfig:          func() { w.aws.DeleteRole(w.role) },
				Config:             config,
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionCreate),
				}},
			},
			{
				Config:      config,
				ExpectError: saying("policy could not be put on the role", "There is no role "+w.role+" in account", "create it first, or set attach_policy = false", "NoSuchEntity"),
			},
		},
	})
}

// A destroy succeeds if the role does not exist.
func TestAccWire_roleGoneAtDestroy(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	config := w.config(w.wireBlock(w.byName()))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: config},
			{
				// Gone between the refresh and the destroy.
				PreConfig: func() {
					proxy.Before(acctest.On("iam.DeleteRolePolicy"), func(acctest.Call) {
						if w.aws.RoleExists(w.role) {
							w.aws.DeleteRole(w.role)
						}
					})
				},
				Config:  config,
				Destroy: true,
			},
		},
	})
	if w.aws.RoleExists(w.role) {
		t.Error("the role was there all the time")
	}
}

// Name and ARN of a role are the same role: nothing is replaced. Another role replaces the wire; with
// create_before_destroy it has its policy before the old role loses it.
func TestAccWire_consumerRole(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	other := w
	other.role = w.task + "-worker"
	otherARN := acctest.CreateRole(t, other.role)
	other.aws.PutRolePolicy(other.role, otherPolicy, otherPolicyDocument)
	wire := func(role string) string {
		return w.config(block("resource docker_task_wire test", w.byName(), fmt.Sprintf("consumer_role = %q", role), "lifecycle {", "  create_before_destroy = true", "}"))
	}
	arn := strings.Replace(otherARN, other.role, w.role, 1)
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             resource.ComposeAggregateTestCheckFunc(w.expectPolicies(), other.expectPolicies()),
		Steps: []resource.TestStep{
			{Config: wire(w.role)},
			{
				Config:           wire(arn),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate), changesOfWire{"consumer_role"}),
				Check:            w.expectOnRole(w.defaultPolicyName(), w.fullPolicy()),
			},
			{
				Config:           wire(otherARN),
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionCreateBeforeDestroy)),
				Check:            resource.ComposeAggregateTestCheckFunc(w.expectPolicies(), other.expectOnRole(w.defaultPolicyName(), w.fullPolicy())),
			},
		},
	})
}

// Two wires of the same task on one role keep apart by their prefix or the policy's name.
func TestAccWire_twoOfOneTask(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	second := func(lines ...string) string {
		return block("resource docker_task_wire second", append(lines, fmt.Sprintf("consumer_role = %q", w.role), w.byName(`cluster = "batch"`), "depends_on = [docker_task_wire.test]")...)
	}
	batch := w.cluster("batch")
	want := policyOf(w.runStatement("*", batch), w.tasksStatement(batch, "DescribeTasks", "StopTask"), passStatement(w.roleARN("execution"), w.roleARN("task")))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{
			{Config: w.config(w.wireBlock(w.byName()), second()), ExpectError: saying("Planned twice: inline policy "+w.defaultPolicyName()+" on role "+w.role, "policy_name")},
			{
				Config: w.config(w.wireBlock(w.byName()), second(`env_prefix = "BATCH_"`)),
				Check: resource.ComposeAggregateTestCheckFunc(w.expectPolicies(w.defaultPolicyName(), w.defaultPolicyName()+"-BATCH_"), func(*terraform.State) error {
					document, _ := w.aws.RolePolicy(w.role, w.defaultPolicyName()+"-BATCH_")
					return sameDocument(document, want)
				}),
			},
			{Config: w.config(w.wireBlock(w.byName())), Check: w.expectOnRole(w.defaultPolicyName(), w.fullPolicy())},
		},
	})
}

// A role has room for 10,240 characters of policies: the error lists the sizes and a solution. The emulator has no
// such quota, so the response is AWS's.
func TestAccWire_quota(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	const size = 10100
	large := policyOf(fmt.Sprintf(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/*"}`, strings.Repeat("b", size)))
	w.aws.PutRolePolicy(w.role, "large", large)
	proxy.Fail(acctest.On("iam.PutRolePolicy"), acctest.Fault{
		Code: "LimitExceeded", Status: 409, Message: "Maximum policy size of 10240 bytes exceeded for role " + w.role,
	})
	config := w.config(w.wireBlock(w.byName()))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: config,
				ExpectError: saying("Maximum policy size of 10240 bytes exceeded", "10240 characters together",
					w.defaultPolicyName()+" ", fmt.Sprintf("large %d", len(large)), fmt.Sprintf("others %d", len(otherPolicyDocument)),
					"attach_policy = false", "managed policy"),
			},
			{
				// The way out.
				Config:            w.config(w.wireBlock(w.byName(), "attach_policy = false")),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(theWire, policyJSON, knownvalue.NotNull())},
			},
		},
	})
}

// There is nothing to import: the error says what does the same.
func TestAccWire_import(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	_, err := newProtocolClient(t, "docker_task_wire", nil).imported(w.role + "/" + w.defaultPolicyName())
	if err == nil {
		t.Fatal("no error")
	}
	for _, says := range []string{"A wire is not imported", w.defaultPolicyName(), "that says the same is adopted", "policy_name"} {
		if !strings.Contains(err.Error(), says) {
			t.Errorf("%q is not in %s", says, err)
		}
	}
}

// A policy that could not be written is not in state as if it were: the next apply writes it.
func TestAccWire_failedUpdate(t *testing.T) {
	t.Parallel()
	proxy := acctest.NewProxy(t)
	w := newWired(t)
	full, stop := w.config(w.wireBlock(w.byName())), w.config(w.wireBlock(w.byName(), `actions = ["stop"]`))
	want := policyOf(w.tasksStatement(w.cluster("default"), "StopTask"))
	acctest.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		CheckDestroy:             w.expectPolicies(),
		Steps: []resource.TestStep{
			{Config: full},
			{
				PreConfig:   func() { proxy.FailNth(1, acctest.AccessDenied, acctest.On("iam.PutRolePolicy")) },
				Config:      stop,
				ExpectError: saying("policy could not be put on the role", "AccessDenied"),
			},
			{
				Config:           stop,
				ConfigPlanChecks: planned(plancheck.ExpectResourceAction(theWire, plancheck.ResourceActionUpdate), changesOfWire{"actions", "policy_json"}),
				Check:            w.expectOnRole(w.defaultPolicyName(), want),
			},
		},
	})
}

// An answer that is lost, and IAM that has too much to do, are got over.
func TestAccWire_faults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]acctest.Fault{
		"answer lost": acctest.AnswerLost,
		"throttled":   acctest.Throttling,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := acctest.NewProxy(t)
			w := newWired(t)
			w.provider = acctest.ProviderConfig(t, "max_retries = 3")
			proxy.FailNth(1, fault, acctest.On("iam.PutRolePolicy"))
			proxy.FailNth(1, fault, acctest.On("iam.DeleteRolePolicy"))
			acctest.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: factories,
				CheckDestroy:             w.expectPolicies(),
				Steps:                    []resource.TestStep{{Config: w.config(w.wireBlock(w.byName())), Check: w.expectOnRole(w.defaultPolicyName(), w.fullPolicy())}},
			})
		})
	}
}

// Credentials of another account than state's do nothing: there no policy would be found, and the
// wire be forgotten.
func TestAccWire_otherAccount(t *testing.T) {
	t.Parallel()
	w := newWired(t)
	acctest.OnEmulator(t, "there is one account only")
	c, elsewhere := newProtocolClient(t, "docker_task_wire", nil), newProtocolClient(t, "docker_task_wire", values{"access_key": "of-another-account"})
	for name, more := range map[string]values{
		"role by name": {"consumer_role": w.role},
		"role by ARN":  {"consumer_role": w.place.Global("iam", "role/"+w.role), "policy_name": "by-arn"},
	} {
		t.Run(name, func(t *testing.T) {
			arguments := merged(values{"task": values{"name": w.task, "subnet_ids": []any{"subnet-0a"}}}, more)
			changed := merged(arguments, values{"actions": []any{"stop"}})
			state, err := c.apply(c.nothing(), arguments)
			if err != nil {
				t.Fatal(err)
			}
			to, _, err := c.plan(state, changed)
			if err != nil {
				t.Fatal(err)
			}
			for operation, run := range map[string]func() error{
				"plan":    func() error { _, _, err := elsewhere.plan(state, arguments); return err },
				"refresh": func() error { _, err := elsewhere.refresh(state); return err },
				"update":  func() error { _, err := elsewhere.change(state, to, elsewhere.config(changed)); return err },
				"destroy": func() error { _, err := elsewhere.destroy(state); return err },
			} {
				if err := run(); err == nil || !strings.Contains(err.Error(), "The wire of docker task "+w.task+" is in account "+w.place.Account) {
					t.Errorf("%s: %v", operation, err)
				}
			}
			c.quiet(t, "with the right credentials", state, arguments)
			if _, err := c.destroy(state); err != nil {
				t.Error(err)
			}
			if left := w.aws.RolePolicies(w.role); len(left) != 1 {
				t.Errorf("left on the role: %v", left)
			}
		})
	}
}
