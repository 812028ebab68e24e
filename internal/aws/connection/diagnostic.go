package connection

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"

	"github.com/dockertask/terraform-provider-docker/internal/sanitize"
)

// Severity reports whether a [Diagnostic] stops the run.
type Severity int

// The severities.
const (
	Error Severity = iota + 1
	Warning
)

// Diagnostic is a problem with the provider's configuration.
type Diagnostic struct {
	Severity  Severity
	Summary   string
	Detail    string
	Attribute string // argument or block of the provider block, "" if none is to blame alone
}

func hasError(diags []Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Severity == Error })
}

// credentialsHelp says how credentials are given.
const credentialsHelp = `Give credentials by one of:
  - the arguments access_key and secret_key, or profile, or assume_role_with_web_identity
  - the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or AWS_PROFILE
  - the default profile in ~/.aws/credentials or ~/.aws/config
  - the role of the ECS task or EC2 instance that Terraform runs on`

// noRegion is the error when neither block nor surroundings tell a region.
func noRegion() Diagnostic {
	return Diagnostic{
		Severity:  Error,
		Summary:   "No AWS region",
		Detail:    "Set the region argument, the environment variable AWS_REGION (or AWS_DEFAULT_REGION), or region in the profile.",
		Attribute: "region",
	}
}

// fromBase translates what aws-sdk-go-base reports while it resolves credentials.
func fromBase(diags diag.Diagnostics, c Config) []Diagnostic {
	result := make([]Diagnostic, 0, len(diags))
	for _, d := range diags {
		t := Diagnostic{Severity: Error, Summary: d.Summary(), Detail: d.Detail()}
		if err := baseCause(d); err != nil { // STS may have said it
			t.Detail = strings.ReplaceAll(t.Detail, err.Error(), baseError(d))
		}
		if d.Severity() == diag.SeverityWarning {
			t.Severity = Warning
		}
		switch {
		case awsbase.IsNoValidCredentialSourcesError(d):
			t.Summary = "No AWS credentials"
			t.Detail = credentialsHelp + "\n\nError: " + baseError(d)
		case t.Summary == "Cannot assume IAM Role":
			t.Attribute = "assume_role"
		case c.AssumeRoleWithWebIdentity != nil && strings.Contains(strings.ToLower(t.Summary), "web identity"):
			t.Attribute = "assume_role_with_web_identity"
		case strings.Contains(t.Summary, "custom CA bundle"):
			t = Diagnostic{Severity: t.Severity, Summary: "Invalid custom CA bundle", Detail: t.Summary, Attribute: "custom_ca_bundle"}
		case t.Summary == "Invalid HTTP Proxy", t.Summary == "Missing HTTPS Proxy":
			t.Attribute = "http_proxy"
		case t.Summary == "Invalid HTTPS Proxy":
			t.Attribute = "https_proxy"
		case t.Detail == "":
			t.Summary, t.Detail = "Cannot configure the AWS client", t.Summary
		}

		if err := baseCause(d); err != nil {
			if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
				t.Summary = "No such AWS profile"
				t.Detail = fmt.Sprintf("The shared configuration files have no profile %q. Set the profile argument or the environment variable AWS_PROFILE to one that exists, or shared_config_files and shared_credentials_files to the files that have it.", missing.Profile)
				t.Attribute = ""
				if c.Profile != "" {
					t.Attribute = "profile"
				}
			}
		}
		result = append(result, t)
	}
	return result
}

// notAccepted translates the failure of the call that asks AWS whose the credentials are.
func notAccepted(d diag.Diagnostic, source string) Diagnostic {
	t := Diagnostic{Severity: Error}
	if _, answered := errors.AsType[smithy.APIError](baseCause(d)); answered {
		t.Summary = "AWS does not accept the credentials"
		t.Detail = fmt.Sprintf("The credentials come from %s. They may be expired, mistyped, or of another partition than the region.\n\n%s\n\nError: %s",
			credentialsSource(source), credentialsHelp, baseError(d))
		return t
	}
	t.Summary = "Cannot verify the AWS credentials"
	t.Detail = fmt.Sprintf("STS did not answer, so the account is not known. Check region, sts_region, endpoints (sts), the environment variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_STS, and the proxies. For an AWS-like API without STS set skip_credentials_validation and skip_requesting_account_id.\n\nError: %s",
		baseError(d))
	return t
}

func baseCause(d diag.Diagnostic) error {
	if withErr, ok := d.(diag.DiagnosticWithErr); ok {
		return withErr.Err()
	}
	return nil
}

func baseError(d diag.Diagnostic) string {
	if err := baseCause(d); err != nil {
		return sanitize.Text(err.Error())
	}
	return d.Summary()
}

// credentialsSource says in the user's words where the SDK found credentials.
func credentialsSource(source string) string {
	switch source {
	case credentials.StaticCredentialsName:
		return "the arguments access_key and secret_key"
	case config.CredentialsSourceName:
		return "the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
	case "":
		return "an unknown source"
	default:
		return source
	}
}

// checkAccount returns the error of an account that the configuration rules out, nil if none.
func checkAccount(accountID string, base *awsbase.Config) *Diagnostic {
	if len(base.AllowedAccountIds) == 0 && len(base.ForbiddenAccountIds) == 0 {
		return nil
	}
	attribute, ids := "allowed_account_ids", base.AllowedAccountIds
	if len(ids) == 0 || slices.Contains(base.ForbiddenAccountIds, accountID) {
		attribute, ids = "forbidden_account_ids", base.ForbiddenAccountIds
	}
	if accountID == "" {
		return &Diagnostic{
			Severity:  Error,
			Summary:   "AWS account not known",
			Detail:    attribute + " cannot be checked with skip_credentials_validation and skip_requesting_account_id both set. Remove one of the three.",
			Attribute: attribute,
		}
	}
	if base.VerifyAccountIDAllowed(accountID) == nil {
		return nil
	}
	relation := "is not among"
	if attribute == "forbidden_account_ids" {
		relation = "is among"
	}
	return &Diagnostic{
		Severity:  Error,
		Summary:   "Wrong AWS account",
		Detail:    fmt.Sprintf("The credentials are those of account %s, which %s %s (%s). Use credentials of another account, or change %[3]s.", accountID, relation, attribute, strings.Join(ids, ", ")),
		Attribute: attribute,
	}
}
