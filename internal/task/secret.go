package task

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/awsname"
)

// secretPrefix marks a Secrets Manager secret that is given by name; a name without it is
// a parameter's. It is how the resource part of a secret's ARN begins.
var secretPrefix = awsname.Secret.Prefix

const maxParameterName = 1011

// parameterName has at most maxParameterName characters.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
var parameterName = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

// Secret is a reference to a value that ECS puts into a container's environment.
type Secret struct {
	// ValueFrom is the reference in the definition: a parameter's name or ARN, a secret's ARN with or
	// without JSON key, stage and version.
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
	ValueFrom string
	// Action and Resource are what the execution role needs to read it; Service is the
	// one it is read through, and Region where it is.
	Action, Resource, Service, Region string
}

const secretForms = "a secret is the name or ARN of an SSM parameter, the ARN of a Secrets Manager secret, or secret:NAME, the latter two also with :JSON_KEY:STAGE:VERSION"

// CheckSecret checks a reference to a secret.
func CheckSecret(reference string) error {
	if _, err := ParseSecret(reference, arn.Place{}); err != nil {
		return err
	}
	return nil
}

// QuestionSecret says why a reference that is allowed may be a secret itself, put there by mistake, or
// "". It repeats nothing of it. The names of parameters are mostly paths.
func QuestionSecret(reference string) string {
	if arn.Is(reference) || strings.HasPrefix(reference, secretPrefix) || strings.Contains(reference, "/") || CheckSecret(reference) != nil {
		return ""
	}
	return "the value is taken as the name of an SSM parameter, and has no slash, which most of these names have. If it is the secret itself: " +
		"put that into a parameter or into Secrets Manager, refer to it here, and replace it by another, as it stands in the plan and in state. " +
		"If it is the name of a parameter: the ARN of the parameter says so without this warning"
}

// CheckSecretARN checks the ARN of a parameter or a whole secret.
func CheckSecretARN(s string) error {
	if err := CheckSecret(s); err != nil {
		return err
	}
	if !arn.Is(s) {
		return errors.New("allowed is the ARN of an SSM parameter or of a Secrets Manager secret; " + described(s))
	}
	return nil
}

// ParseSecret reads a reference: NAME or ARN of an SSM parameter; "secret:NAME" or ARN of a
// Secrets Manager secret, each with optional :JSON_KEY:STAGE:VERSION. Names are of the given
// place. The error says which forms there are, and repeats nothing that could be a value.
func ParseSecret(reference string, place arn.Place) (Secret, error) {
	switch {
	case arn.Is(reference):
		a, err := arn.Parse(reference)
		switch {
		case err != nil:
		case a.Service == "ssm" && isParameter(a.Resource):
			return Secret{ValueFrom: reference, Action: "ssm:GetParameters", Resource: reference, Service: "ssm", Region: a.Region}, nil
		case a.Service == "secretsmanager" && strings.HasPrefix(a.Resource, secretPrefix):
			return parseManaged(strings.TrimPrefix(a.Resource, secretPrefix), a.Place())
		}
		return Secret{}, fmt.Errorf("%s; %s, an ARN of neither", secretForms, described(reference))
	case strings.HasPrefix(reference, secretPrefix):
		named := strings.TrimPrefix(reference, secretPrefix)
		if name, _, _ := strings.Cut(named, ":"); awsname.SecretSuffix.MatchString(name) {
			// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
			return Secret{}, fmt.Errorf("a name that ends in a hyphen and six characters is to Secrets Manager the end of a whole ARN, and it finds no secret by it: "+
				"give the secret's ARN, as aws_secretsmanager_secret.NAME.arn; %s", described(reference))
		}
		return parseManaged(named, place)
	case len(reference) <= maxParameterName && parameterName.MatchString(reference):
		return Secret{
			ValueFrom: reference,
			Action:    "ssm:GetParameters",
			Resource:  place.Regional("ssm", "parameter/"+strings.TrimPrefix(reference, "/")),
			Service:   "ssm",
			Region:    place.Region,
		}, nil
	}
	// Not repeated: what is no reference may be the secret itself, put here by mistake.
	return Secret{}, errors.New(secretForms + "; this one is none of these, and the value itself does not belong here")
}

// parseRegistrySecret reads the reference to the secret with which ECS logs in to a registry: the ARN or the
// name of a secret, which is always one of Secrets Manager.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RepositoryCredentials.html
func parseRegistrySecret(reference string, place arn.Place) (Secret, error) {
	if arn.Is(reference) {
		return ParseSecret(reference, place)
	}
	if !awsname.SecretName.Matches(reference) {
		return Secret{}, fmt.Errorf("a registry's secret is given by its ARN or its name; %s", described(reference))
	}
	// The whole name, also where it ends like an ARN.
	return Secret{
		ValueFrom: reference, Action: "secretsmanager:GetSecretValue", Resource: place.Regional("secretsmanager", secretPrefix+reference+"-??????"),
		Service: "secretsmanager", Region: place.Region,
	}, nil
}

// isParameter reports whether the resource of an ARN is one parameter, not a pattern of some.
func isParameter(resource string) bool {
	name, ok := strings.CutPrefix(resource, "parameter/")
	return ok && len(name) <= maxParameterName && parameterName.MatchString(name)
}

// parseManaged reads NAME[:JSON_KEY[:STAGE[:VERSION]]] of Secrets Manager.
func parseManaged(text string, place arn.Place) (Secret, error) {
	fields := strings.Split(text, ":")
	if len(fields) > 4 || !awsname.SecretName.Matches(fields[0]) {
		return Secret{}, fmt.Errorf("%s; %s", secretForms, described(secretPrefix+text))
	}
	resource := place.Regional("secretsmanager", secretPrefix+fields[0])
	valueFrom := resource
	if strings.Join(fields[1:], "") != "" {
		// ECS wants all three fields when there is one.
		for len(fields) < 4 {
			fields = append(fields, "")
		}
		valueFrom += ":" + strings.Join(fields[1:], ":")
	}
	// A name without the suffix stands for the one secret of this name, whose suffix is not
	// known: IAM matches exactly six characters.
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
	if !awsname.SecretSuffix.MatchString(fields[0]) {
		resource += "-??????"
	}
	return Secret{ValueFrom: valueFrom, Action: "secretsmanager:GetSecretValue", Resource: resource, Service: "secretsmanager", Region: place.Region}, nil
}
