package task

// RoleIn is the ARN of the role of a kind that a definition names, "" where it names none.
func RoleIn(d *ObservedDefinition, kind RoleKind) string {
	if d == nil {
		return ""
	}
	return Unit{Definition: d.Definition}.RoleARN(kind)
}

// LogGroupIn is the name of the log group that a definition's main container writes to.
func LogGroupIn(d *ObservedDefinition, container string) string {
	if d == nil {
		return ""
	}
	c, ok := d.Definition.MainContainer(container)
	if !ok || c.LogConfiguration == nil {
		return ""
	}
	return c.LogConfiguration.Options[LogGroupOption]
}
