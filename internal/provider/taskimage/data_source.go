package taskimage

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dsschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/dockertask/terraform-provider-docker/internal/aws"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/lifecycle"
	"github.com/dockertask/terraform-provider-docker/internal/provider/internal/tf"
	"github.com/dockertask/terraform-provider-docker/internal/registry"
	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

var (
	_ datasource.DataSourceWithConfigure      = (*imageDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*imageDataSource)(nil)
)

// imageDataSource is data "docker_task_image".
type imageDataSource struct {
	lifecycle.Configured
}

// NewDataSource makes data "docker_image".
func NewDataSource() datasource.DataSource { return &imageDataSource{} }

// model is the data source's configuration and state.
type model struct {
	Image                 types.String `tfsdk:"image"`
	Architecture          types.String `tfsdk:"architecture"`
	OperatingSystemFamily types.String `tfsdk:"operating_system_family"`
	RepositoryCredentials types.String `tfsdk:"repository_credentials"`

	Reference types.String `tfsdk:"reference"`
	Digest    types.String `tfsdk:"digest"`
	MediaType types.String `tfsdk:"media_type"`
	Platforms types.List   `tfsdk:"platforms"`
	Platform  types.String `tfsdk:"platform"`
	SizeBytes types.Int64  `tfsdk:"size_bytes"`
}

// Metadata names the data source.
func (d *imageDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_task_image"
}

// Configure takes the provider's data.
func (d *imageDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.SetData(req.ProviderData, &resp.Diagnostics)
}

// Schema has the image and the platform in the words of docker_task, and what the registry
// says.
func (d *imageDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dsschema.Schema{
		MarkdownDescription: "The digest of an image reference, read from its " +
			"registry: Amazon ECR, Docker Hub or any other. `reference` has the same image by digest, so a task runs the image that was " +
			"planned, and a push to the tag is a change in the next plan. An image that does not exist, or not for the task's platform, is an error at plan.\n\n" +
			"The image is read with the login of `repository_credentials` if that is set; from private ECR registries with the provider's credentials, which need " +
			"`ecr:GetAuthorizationToken`, `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`; and otherwise with the logins and credential " +
			"helpers of Docker's (or Podman's) configuration " +
			"on the machine, or without a login. Proxies and certificates are those of the provider block. The registry is used over TLS, unless it is on this machine or in `insecure_registries` of the provider block; " +
			"its logins are sent only to it and to the token server that it names. A registry may count each read as a pull.",
		Attributes: map[string]dsschema.Attribute{
			"image": dsschema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{tf.StringCheck(task.CheckImage)},
				MarkdownDescription: "The image: `REPOSITORY`, `REPOSITORY:TAG` or `REPOSITORY@sha256:DIGEST`. Without tag and digest, the tag is `latest`; without a registry host, the registry is Docker Hub.",
			},
			"architecture": dsschema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{tf.OneOf(task.Architectures)},
				MarkdownDescription: "The task's `architecture`, for which the image must be built: `X86_64` (the default) or `ARM64`.",
			},
			"operating_system_family": dsschema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{tf.OneOf(task.OperatingSystems)},
				MarkdownDescription: "The task's `operating_system_family`, for which the image must be built: `LINUX` (the default) or a Windows version such as `WINDOWS_SERVER_2022_CORE`, " +
					"whose build must match.",
			},
			"repository_credentials": dsschema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{tf.StringCheck(tf.CheckARN("secretsmanager"))},
				MarkdownDescription: "The task's `repository_credentials`: ARN of a Secrets Manager secret with the login of the registry, as ECS takes it, " +
					"`{\"username\": \"…\", \"password\": \"…\"}`. It overrides all other credentials, and is sent to any registry in `image`: write `image` in the configuration, and do not read it from a task definition that others can register. The secret is not stored in state.",
			},
			"reference": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The image by digest, `REPOSITORY@sha256:DIGEST`, with the repository as in `image`, for `image` of `docker_task`.",
			},
			"digest": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Digest of the manifest, or of the index of manifests if the image has several platforms.",
			},
			"media_type": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Media type of the manifest or index.",
			},
			"platforms": dsschema.ListAttribute{
				Computed:    true,
				ElementType: types.StringType,
				MarkdownDescription: "Platforms that the image is built for, sorted, such as `linux/amd64` and `linux/arm64/v8`; those of Windows with their build, `windows/amd64:10.0.20348.2322`. " +
					"Attestations are left out. Empty if the image has no platform.",
			},
			"platform": dsschema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The entry of `platforms` for this architecture and operating system. Null if the image has no platform.",
			},
			"size_bytes": dsschema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Size of the layers of the image for `platform`, compressed: the download before a task starts without cached layers.",
			},
		},
	}
}

// ValidateConfig checks that ECS has the platform.
func (d *imageDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := task.CheckPlatform(config.Architecture.ValueString(), config.OperatingSystemFamily.ValueString()); err != nil {
		tf.AddInvalid(&resp.Diagnostics, path.Root("architecture"), err)
	}
}

// Read asks the registry. AWS is only asked, and only has to be configured, where it has the
// credentials.
func (d *imageDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(tf.Get(ctx, req.Config, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ref, err := registry.Parse(m.Image.ValueString())
	if err != nil { // a variable that was empty when the configuration was checked
		tf.AddInvalid(&resp.Diagnostics, path.Root("image"), task.CheckImage(m.Image.ValueString()))
		return
	}

	if d.Registries.Pending != "" {
		lifecycle.NotKnownYet(d.Registries.Pending, &resp.Diagnostics)
		return
	}
	reader := registry.Client{Transport: d.Registries.Transport, InsecureRegistries: d.Registries.Insecure}
	if d.Client != nil {
		ctx = d.Client.Context(ctx)
	}
	source := sourceOf(ref, m.RepositoryCredentials)
	if reader.Credentials = d.credentials(ctx, source, ref, m.RepositoryCredentials.ValueString(), &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	image, err := reader.Resolve(ctx, ref, registry.NeedOf(m.Architecture.ValueString(), m.OperatingSystemFamily.ValueString()))
	if err != nil {
		imageProblem(err, source, ref, &resp.Diagnostics)
		return
	}
	tflog.Debug(ctx, "Image resolved", map[string]any{"image": m.Image.ValueString(), "digest": image.Digest, "platform": image.Platform})

	m.Reference = types.StringValue(image.Reference)
	m.Digest = types.StringValue(image.Digest)
	m.MediaType = types.StringValue(image.MediaType)
	m.Platforms = tf.ListOf(image.Platforms)
	m.Platform = tf.StringOrNull(image.Platform)
	m.SizeBytes = types.Int64Value(image.SizeBytes)
	resp.Diagnostics.Append(tf.Set(ctx, &resp.State, &m)...)
}

// credentialsSource is where the credentials for a registry come from.
type credentialsSource int

const (
	fromDocker credentialsSource = iota
	fromSecret
	fromECR
)

func sourceOf(ref registry.Reference, secret types.String) credentialsSource {
	if !secret.IsNull() {
		return fromSecret
	}
	if _, ok := task.ParseECRHost(ref.Host()); ok {
		return fromECR
	}
	return fromDocker
}

func (d *imageDataSource) credentials(ctx context.Context, source credentialsSource, ref registry.Reference, secret string, diags *diag.Diagnostics) registry.Credentials {
	if source == fromDocker {
		return registry.DockerConfiguration()
	}
	if !d.Ready(diags) {
		return registry.Credentials{}
	}
	ctx, cancel := context.WithTimeout(ctx, lifecycle.ReadTimeout)
	defer cancel()
	var login aws.Login
	var err error
	at := path.Root("image")
	if source == fromSecret {
		at = path.Root("repository_credentials")
		login, err = d.Client.SecretLogin(ctx, secret)
	} else {
		ecr, _ := task.ParseECRHost(ref.Host())
		login, err = d.Client.ECRLogin(ctx, ecr.Region)
		if err == nil && !ecr.In(d.Client.Partition) {
			err = fmt.Errorf("it is not of the partition %s of the provider's credentials", d.Client.Partition)
		}
	}
	if err != nil {
		diags.AddAttributeError(at, "No credentials for registry "+sanitize.Text(ref.Host()), tf.Sentence(err.Error()))
		return registry.Credentials{}
	}
	return registry.Login(login.Username, login.Password)
}

// imageSummaries name the problem, and what to do about it where that is the same whatever
// the credentials.
var imageSummaries = map[registry.Problem]struct{ summary, advice string }{
	registry.NoImage:    {"No such image", "Push it first, or correct image."},
	registry.NoPlatform: {"Image not built for the platform", "Build it for that platform too, or set architecture and operating_system_family, here and in the docker_task, to one that it is built for."},
	registry.NotAnImage: {"Not a container image", "Correct image."},
	registry.Denied:     {"Access to the image denied", ""},
	registry.Throttled:  {"Too many requests to the registry", "Try again later; registries let those with credentials have more."},
	registry.Unreachable: {"Cannot read the image", "Check the registry's host in image, and the way there from this machine: the provider's https_proxy, no_proxy and custom_ca_bundle, " +
		"or the environment variables HTTPS_PROXY, NO_PROXY and AWS_CA_BUNDLE."},
	registry.NoTLS: {"Registry without TLS", "Have the registry answer over TLS (with a certificate of the provider's custom_ca_bundle, if it is a private one). " +
		"Where everyone on the way may read its logins and change its images, list its host in insecure_registries of the provider block."},
	registry.Unsafe: {"Answer of the registry refused", "A registry in order does not do so. Check the host in image, and the way to it."},
}

// accessAdvice is what to do about an access denied, by where the credentials came from.
var accessAdvice = map[credentialsSource]string{
	fromSecret: "Check that the secret of repository_credentials has a login of this registry that may pull from the repository.",
	fromECR:    "The provider's credentials need ecr:BatchGetImage and ecr:GetDownloadUrlForLayer on the repository, and where it is another account's, that account's repository policy has to allow them too.",
	fromDocker: "The credentials of Docker's configuration on this machine were refused: log in anew (docker login), or set repository_credentials to a secret that has a login.",
}

func imageProblem(err error, source credentialsSource, ref registry.Reference, diags *diag.Diagnostics) {
	at := path.Root("image")
	var problem *registry.Error
	if !errors.As(err, &problem) {
		diags.AddAttributeError(at, "Cannot read the image", tf.Sentence(err.Error()))
		return
	}
	texts := imageSummaries[problem.Problem]
	advice := texts.advice
	if problem.Problem == registry.Denied {
		advice = accessAdvice[source]
		if problem.Anonymous {
			advice = "It was asked without credentials: set repository_credentials to a secret that has a login, or log in to the registry on this machine (docker login)."
			if ref.IsDockerHub() {
				advice = "Docker Hub answers like this for what does not exist too: check the name. " + advice
			}
		}
	}
	diags.AddAttributeError(at, texts.summary, fmt.Sprintf("%s %s", tf.Sentence(problem.Error()), advice))
}
