package task

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/arn"
	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// fileRoles checks the roles that a file names and that no attribute takes the place of.
func (c *checker) fileRoles() {
	for _, f := range []struct {
		kind            RoleKind
		key, text, role string
	}{
		{ExecutionRole, "executionRoleArn", c.Base.ExecutionRoleARN, "execution_role"},
		{TaskRole, "taskRoleArn", c.Base.TaskRoleARN, "task_role"},
	} {
		if f.text == "" || c.Role(f.kind).ARN != f.text || isRole(f.text) || !c.known(f.kind.Attributes().All()...) {
			continue
		}
		c.wrong([]string{f.key}, "a role is given by its ARN, arn:PARTITION:iam::ACCOUNT:role/NAME, or by its name, and %s; "+
			"set %s = { arn = … } in its place, or remove the key to have a role made", described(f.text), f.role)
	}
}

// isRole reports whether ECS may take a text for a role: an ARN, or a name.
func isRole(text string) bool {
	if arn.Is(text) {
		a, err := arn.Parse(text)
		return err == nil && a.Service == "iam" && strings.HasPrefix(a.Resource, "role/") && !inNames.MatchString(text)
	}
	return CheckRoleName(text) == nil
}

// fileImages checks that each container of a file has an image: its own, or that of an attribute.
func (c *checker) fileImages() {
	names := map[string]bool{}
	for _, one := range c.Base.ContainerDefinitions {
		names[one.Name] = true
		filled, given := c.Images[one.Name]
		if one.Name == c.Main.Name {
			if c.Main.Image != "" && filled != "" {
				c.wrong([]string{"images", "[" + one.Name + "]"}, "container %s gets its image from image; remove one of the two", one.Name)
			}
			if c.Main.Image != "" || !c.known(attribute.Image) {
				continue
			}
		}
		if one.Image != "" || given || !c.known(attribute.Images) && len(c.Images) == 0 {
			continue
		}
		way := "images = { " + imagesKey(one.Name) + ` = "…" }`
		if one.Name == c.Main.Name {
			way = `image = "…"`
		}
		c.wrong([]string{"containerDefinitions", "[" + one.Name + "]", "image"}, "container %s has no image; write one there, or set %s beside the file", one.Name, way)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Images)) {
		if !names[name] {
			c.wrong([]string{"images", "[" + name + "]"}, "there is no container %q; the file has %s", name, orNone(slices.Sorted(maps.Keys(names))))
		}
	}
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// imagesKey is a name as a key in a configuration.
func imagesKey(name string) string {
	if identifier.MatchString(name) {
		return name
	}
	return quoted(name)
}

// filePlaceholders warns of what a template has left in a file.
func (c *checker) filePlaceholders() {
	d := c.changedBase()
	for i, one := range d.ContainerDefinitions {
		main := one.Name == c.Main.Name
		if _, given := c.Images[one.Name]; given || !c.known(attribute.Images) && len(c.Images) == 0 || main && !c.known(attribute.Image) {
			d.ContainerDefinitions[i].Image = ""
		}
		if main && !c.known(attribute.Environment) {
			d.ContainerDefinitions[i].Environment = nil
		}
	}
	if found := placeholders(d); len(found) > 0 {
		c.problems = append(c.problems, Problem{
			Path: []string{"definition_json"}, Warning: true, Summary: "Placeholders in definition_json",
			Message: "the file has values that look like placeholders of a template: " + strings.Join(found, ", ") + ". " +
				"They are registered as they are; fill them in, for example with templatefile or replace",
		})
	}
}
