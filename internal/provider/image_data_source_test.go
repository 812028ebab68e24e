package provider_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/dockertask/terraform-provider-docker/internal/acctest"
	"github.com/dockertask/terraform-provider-docker/internal/registry/registrytest"
)

const imageAddress = "data.docker_task_image.test"

// imageData is data.docker_task_image.test with arguments.
func imageData(image string, arguments ...string) string {
	return fmt.Sprintf("data \"docker_task_image\" \"test\" {\n  image = %q\n  %s\n}\n", image, strings.Join(arguments, "\n  "))
}

// imageHas wants an attribute of data.docker_task_image.test to be like this.
func imageHas(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(imageAddress, tfjsonpath.New(attribute), value)
}

// imageTest runs steps that create nothing; what exists is the test's own.
func imageTest(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories, Steps: steps})
}

// message matches an error of the command line, which breaks lines anywhere between words.
func message(words string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(words), " ", `[\s│|]+`))
}

// fails is a step whose plan fails with an error.
func fails(configuration, words string) resource.TestStep {
	return resource.TestStep{Config: configuration, PlanOnly: true, ExpectError: message(words)}
}

func TestAccImageDataSource_basic(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	server := registrytest.New(t)
	host := server.Listen()
	multi := server.Push("team/app:v1", registrytest.MultiPlatform(t, "linux/arm64/v8", "linux/amd64", "windows/amd64:10.0.20348.2322"))
	plain := server.Push("plain:latest", registrytest.Image(t, "linux/amd64"))
	silent := server.Push("silent:latest", registrytest.Image(t, ""))

	configuration := func(image string, arguments ...string) string {
		return acctest.ProviderConfig(t) + imageData(image, arguments...)
	}
	imageTest(t,
		resource.TestStep{
			Config: configuration(host + "/team/app:v1"),
			ConfigStateChecks: []statecheck.StateCheck{
				imageHas("reference", knownvalue.StringExact(host+"/team/app@"+multi)),
				imageHas("digest", knownvalue.StringExact(multi)),
				imageHas("media_type", knownvalue.StringExact("application/vnd.oci.image.index.v1+json")),
				imageHas("platforms", knownvalue.ListExact(texts("linux/amd64", "linux/arm64/v8", "windows/amd64:10.0.20348.2322"))),
				imageHas("platform", knownvalue.StringExact("linux/amd64")),
				imageHas("size_bytes", knownvalue.Int64Func(func(n int64) error {
					if n < 2048 { // two layers of random bytes
						return fmt.Errorf("%d bytes", n)
					}
					return nil
				})),
				imageHas("architecture", knownvalue.Null()),
			},
		},
		resource.TestStep{
			Config:            configuration(host+"/team/app:v1", `architecture = "ARM64"`),
			ConfigStateChecks: []statecheck.StateCheck{imageHas("platform", knownvalue.StringExact("linux/arm64/v8"))},
		},
		resource.TestStep{
			Config:            configuration(host+"/team/app@"+multi, `operating_system_family = "WINDOWS_SERVER_2022_CORE"`),
			ConfigStateChecks: []statecheck.StateCheck{imageHas("platform", knownvalue.StringExact("windows/amd64:10.0.20348.2322"))},
		},
		resource.TestStep{
			Config: configuration(host + "/plain"),
			ConfigStateChecks: []statecheck.StateCheck{
				imageHas("reference", knownvalue.StringExact(host+"/plain@"+plain)),
				imageHas("media_type", knownvalue.StringExact("application/vnd.docker.distribution.manifest.v2+json")),
				imageHas("platforms", knownvalue.ListExact(texts("linux/amd64"))),
			},
		},
		resource.TestStep{
			Config: configuration(host+"/silent", `architecture = "ARM64"`),
			ConfigStateChecks: []statecheck.StateCheck{
				imageHas("digest", knownvalue.StringExact(silent)),
				imageHas("platforms", knownvalue.ListExact(nil)),
				imageHas("platform", knownvalue.Null()),
			},
		},
		// The image is only known after apply: read then, and not an error before.
		resource.TestStep{
			Config:            acctest.ProviderConfig(t) + hidden("image", fmt.Sprintf("%q", host+"/plain")) + strings.Replace(imageData(""), `""`, "local.image", 1),
			ConfigPlanChecks:  planned(plancheck.ExpectUnknownValue("terraform_data.image", tfjsonpath.New("output"))),
			ConfigStateChecks: []statecheck.StateCheck{imageHas("digest", knownvalue.StringExact(plain))},
		},
	)
}

func TestAccImageDataSource_errors(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	server := registrytest.New(t)
	host := server.Listen()
	server.Push("app:v1", registrytest.MultiPlatform(t, "linux/amd64", "linux/s390x"))
	closed := registrytest.New(t)
	closed.Require("robot", "secret")
	denied := closed.Listen()

	var steps []resource.TestStep
	for _, tt := range []struct{ data, words string }{
		{imageData(host + "/app:v2"), "Repository app of registry " + host + " has no tag v2, and so not image " + host + "/app:v2. Push it first"},
		{imageData(host + "/apq:v1"), "Registry " + host + " has no repository apq"},
		{imageData(host+"/app:v1", `architecture = "ARM64"`), "is not built for linux/arm64, only for linux/amd64, linux/s390x. Build it for that platform too"},
		{imageData(denied + "/app:v1"), "It was asked without credentials: set repository_credentials to a secret that has a login, or log in"},
		{imageData("127.0.0.1:1/app:v1"), "could not be read from registry 127.0.0.1:1"},
		{imageData("Not An Image"), "Invalid image"},
		{imageData(""), "this one is empty"},
		{imageData("app", `architecture = "amd64"`), `Allowed are X86_64, ARM64, not "amd64".`},
		{imageData("app", `operating_system_family = "linux"`), `not "linux".`},
		{imageData("app", `architecture = "ARM64"`, `operating_system_family = "WINDOWS_SERVER_2022_CORE"`), "ECS runs ARM64 on LINUX only"},
		{imageData("app", `repository_credentials = "arn:aws:ssm:us-east-1:123456789012:parameter/x"`), "an ARN of ssm, not of secretsmanager"},
	} {
		steps = append(steps, fails(acctest.ProviderConfig(t)+tt.data, tt.words))
	}
	imageTest(t, steps...)
}

// TestAccImageDataSource_task follows a tag: each push is one change of the task.
func TestAccImageDataSource_task(t *testing.T) {
	t.Parallel()
	u := newUnit(t)
	server := registrytest.New(t)
	host := server.Listen()
	tag, repository := host+"/transcode:stable", host+"/transcode@"
	push := func() string { return server.Push("transcode:stable", registrytest.MultiPlatform(t, "linux/amd64")) }
	configuration := u.config("image = data.docker_task_image.test.reference") + imageData(tag)

	runs := func(digest *string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			if image := aws.ToString(u.newest().ContainerDefinitions[0].Image); image != repository+*digest {
				return fmt.Errorf("the task runs %s, not %s", image, *digest)
			}
			return nil
		}
	}
	first := push()
	var second, third string
	u.test(
		resource.TestStep{
			Config:           configuration,
			ConfigPlanChecks: planned(creates(), plans("image", knownvalue.StringExact(repository+first))),
			Check:            runs(&first),
		},
		resource.TestStep{Config: configuration, ConfigPlanChecks: planned(unchanged())},
		resource.TestStep{
			PreConfig:        func() { second = push() },
			Config:           configuration,
			ConfigPlanChecks: planned(updates(), changes("arn", "image", "revision")),
			Check:            runs(&second),
		},
		// An image that is pushed after the plan was not reviewed: the next plan has it.
		resource.TestStep{
			PreConfig:          func() { second = push() },
			Config:             configuration,
			ConfigPlanChecks:   planned(updates(), between(func() { third = push() })),
			Check:              runs(&second),
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			Config:           configuration,
			ConfigPlanChecks: planned(updates(), changes("arn", "image", "revision")),
			Check:            runs(&third),
		},
		fails(strings.Replace(configuration, ":stable", ":gone", 1), "has no tag gone"),
	)
}

// between does something between plan and apply.
type between func()

// CheckPlan does it.
func (f between) CheckPlan(context.Context, plancheck.CheckPlanRequest, *plancheck.CheckPlanResponse) {
	f()
}

// awsConfig is the SDK's configuration for the test's account.
func awsConfig(t *testing.T) aws.Config {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{}
	for _, variable := range acctest.Environment(t) {
		name, value, _ := strings.Cut(variable, "=")
		environment[name] = value
	}
	if key := environment["AWS_ACCESS_KEY_ID"]; key != "" {
		cfg.Credentials = credentials.NewStaticCredentialsProvider(key, environment["AWS_SECRET_ACCESS_KEY"], "")
	}
	return cfg
}

// makeSecret creates a secret in the test's account.
func makeSecret(t *testing.T, name, content string) (arn string) {
	t.Helper()
	client := secretsmanager.NewFromConfig(awsConfig(t))
	out, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String(name), SecretString: aws.String(content),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's context is over by now.
		_, _ = client.DeleteSecret(context.Background(), &secretsmanager.DeleteSecretInput{
			SecretId: out.ARN, ForceDeleteWithoutRecovery: aws.Bool(true),
		})
	})
	return aws.ToString(out.ARN)
}

func TestAccImageDataSource_secret(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	server := registrytest.New(t)
	server.Require("robot", "correct horse")
	digest := server.Push("team/app:v1", registrytest.MultiPlatform(t, "linux/amd64"))
	host := server.Listen()
	with := func(arn string) string {
		return acctest.ProviderConfig(t) + imageData(host+"/team/app:v1", fmt.Sprintf("repository_credentials = %q", arn))
	}
	right := makeSecret(t, acctest.RandomName(t), `{"username":"robot","password":"correct horse"}`)
	imageTest(t,
		fails(with(makeSecret(t, acctest.RandomName(t), `{"username":"robot","password":"battery staple"}`)), "Check that the secret of repository_credentials has a login of this registry"),
		fails(with(makeSecret(t, acctest.RandomName(t), `robot: correct horse`)), `it does not hold JSON of the form`),
		fails(with(right+"0"), "No credentials for registry "+host),
		resource.TestStep{
			Config: with(right),
			ConfigStateChecks: []statecheck.StateCheck{
				imageHas("digest", knownvalue.StringExact(digest)),
				noSecret("correct horse"),
			},
		},
	)
}

// noSecret wants a text to be nowhere in the state.
type noSecret string

// CheckState looks.
func (s noSecret) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	text, err := json.Marshal(req.State)
	if err != nil || strings.Contains(string(text), string(s)) {
		resp.Error = fmt.Errorf("the secret is in the state, or the state could not be searched: %w", err)
	}
}

// behind is a provider block whose way to registries leads to the test's.
func behind(t *testing.T, proxy registrytest.Proxy, lines ...string) string {
	t.Helper()
	return acctest.ProviderConfig(t, append(lines, fmt.Sprintf("https_proxy = %q", proxy.URL), `http_proxy = ""`, fmt.Sprintf("custom_ca_bundle = %q", proxy.CA))...)
}

// TestAccImageDataSource_dockerHub reads short names, with the logins of Docker's
// configuration. It is not parallel, for that is the process's.
func TestAccImageDataSource_dockerHub(t *testing.T) {
	acctest.PreCheck(t)
	folder := t.TempDir()
	t.Setenv("DOCKER_CONFIG", folder)
	t.Setenv("DOCKER_AUTH_CONFIG", "")
	configure := func(content string) func() {
		return func() {
			if err := os.WriteFile(filepath.Join(folder, "config.json"), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	login := func(password string) string {
		return fmt.Sprintf(`{"auths":{"https://index.docker.io/v1/":{"auth":%q}}}`, base64.StdEncoding.EncodeToString([]byte("robot:"+password)))
	}
	server := registrytest.New(t)
	server.Require("robot", "correct horse")
	digest := server.Push("library/busybox:1.37", registrytest.MultiPlatform(t, "linux/amd64"))
	configuration := behind(t, server.Proxy("index.docker.io")) + imageData("busybox:1.37")

	refused := func(content, words string) resource.TestStep {
		return resource.TestStep{PreConfig: configure(content), Config: configuration, PlanOnly: true, ExpectError: message(words)}
	}
	imageTest(t,
		refused(`{}`, "Docker Hub answers like this for what does not exist too: check the name. It was asked without credentials"),
		refused(login("battery staple"), "The credentials of Docker's configuration on this machine were refused"),
		resource.TestStep{
			PreConfig: configure(login("correct horse")), Config: configuration,
			ConfigStateChecks: []statecheck.StateCheck{imageHas("reference", knownvalue.StringExact("busybox@"+digest)), noSecret("correct horse")},
		},
	)
}

// TestAccImageDataSource_ecr reads from a registry that stands where ECR is, with the token
// that the emulator gives out.
func TestAccImageDataSource_ecr(t *testing.T) {
	t.Parallel()
	acctest.OnEmulator(t, "ECR's registry is played by one of this process")
	acctest.PreCheck(t)
	// A registry of another region than the provider's, and of another account.
	const host = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"
	server := registrytest.New(t)
	server.Require("AWS", emulatorToken(t, "eu-west-1"))
	digest := server.Push("team/app:v1", registrytest.MultiPlatform(t, "linux/amd64"))
	proxy := server.Proxy(host)

	calls := acctest.NewProxy(t)
	image := imageData(host + "/team/app:v1")
	imageTest(t,
		resource.TestStep{
			Config: behind(t, proxy) + image,
			ConfigStateChecks: []statecheck.StateCheck{
				imageHas("reference", knownvalue.StringExact(host+"/team/app@"+digest)),
			},
			Check: func(*terraform.State) error {
				if len(calls.Calls(acctest.On("ecr.GetAuthorizationToken"))) == 0 {
					return fmt.Errorf("no token was asked for: %v", calls.Calls())
				}
				return nil
			},
		},
		resource.TestStep{
			PreConfig: func() {
				server.Answer(func(*http.Request) *registrytest.Answer {
					return &registrytest.Answer{Status: http.StatusForbidden, Code: "DENIED", Message: "not authorized to perform: ecr:BatchGetImage"}
				})
			},
			Config: behind(t, proxy) + image, PlanOnly: true, ExpectError: message("The provider's credentials need ecr:BatchGetImage"),
		},
		fails(behind(t, proxy)+imageData("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:v1"), `Region "cn-north-1" is not one of the partition aws`),
	)
}

// emulatorToken is the password in the emulator's token: the same for everybody in a region.
func emulatorToken(t *testing.T, region string) string {
	t.Helper()
	cfg := awsConfig(t)
	cfg.Region = region
	out, err := ecr.NewFromConfig(cfg).GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := base64.StdEncoding.DecodeString(aws.ToString(out.AuthorizationData[0].AuthorizationToken))
	if err != nil {
		t.Fatal(err)
	}
	_, password, _ := strings.Cut(string(text), ":")
	return password
}

// TestAccImageDataSource_pending has a provider block that is not known yet: it only matters
// to images for which AWS has the credentials.
func TestAccImageDataSource_pending(t *testing.T) {
	t.Parallel()
	acctest.PreCheck(t)
	server := registrytest.New(t)
	host := server.Listen()
	digest := server.Push("app:v1", registrytest.MultiPlatform(t, "linux/amd64"))
	pending := hidden("role", `"deploy"`) + acctest.ProviderConfig(t, `assume_role {
    role_arn = local.role
  }`)
	imageTest(t,
		resource.TestStep{
			Config:   pending + imageData(host+"/app:v1") + "output \"digest\" {\n  value = data.docker_task_image.test.digest\n}\n",
			PlanOnly: true, ExpectNonEmptyPlan: true,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				plancheck.ExpectKnownOutputValue("digest", knownvalue.StringExact(digest)),
			}},
		},
		fails(pending+imageData("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1"), "assume_role[0].role_arn of provider \"docker\" depends on something"),
		fails(pending+imageData(host+"/app:v1", `repository_credentials = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf"`), "configuration is not known yet"),
	)
}

// playRegistry leads an example to a registry of this process that has its image, for the
// example's secret only if it has one.
func playRegistry(image, secret string) func(*testing.T, map[string]string) {
	return func(t *testing.T, files map[string]string) {
		t.Helper()
		server := registrytest.New(t)
		host, reference, _ := strings.Cut(image, "/")
		server.Push(reference, registrytest.MultiPlatform(t, "linux/amd64", "linux/arm64"))
		if secret != "" {
			server.Require("robot", "secret")
			made := makeSecret(t, acctest.RandomName(t), `{"username":"robot","password":"secret"}`)
			replaced := false
			for name, content := range files {
				files[name] = strings.ReplaceAll(content, secret, made) // AWS chooses the end of an ARN
				replaced = replaced || files[name] != content
			}
			if !replaced {
				t.Fatalf("the example does not name %s any more", secret)
			}
		}
		files["provider.tf"] = behind(t, server.Proxy(host))
	}
}

// pinnedImage wants a task to run an image by digest.
func pinnedImage(address, repository string) func(*testing.T) []plancheck.PlanCheck {
	return func(*testing.T) []plancheck.PlanCheck {
		return []plancheck.PlanCheck{planMatches(address, "^"+regexp.QuoteMeta(repository)+"@sha256:[0-9a-f]{64}$", "image")}
	}
}
