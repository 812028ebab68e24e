package stage

import "fmt"

// containerLog is what a container writes with the log driver awslogs.
type containerLog struct {
	group, stream string // "" with another driver
	lines         []string
	written       int
	late          int // the last lines that wait for a read
}

// newContainerLog: "awslogs-stream-prefix … prefix-name/container-name/ecs-task-id". Without a prefix, the stream has
// the name of the container's id. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
func newContainerLog(t *task, c containerDefinition, lines []string) *containerLog {
	log := &containerLog{lines: lines}
	if c.LogConfiguration.Driver != "awslogs" {
		return log
	}
	log.group = c.LogConfiguration.Options["awslogs-group"]
	log.stream = digest64(t.id + c.Name)
	if prefix := c.LogConfiguration.Options["awslogs-stream-prefix"]; prefix != "" {
		log.stream = prefix + "/" + c.Name + "/" + t.id
	}
	return log
}

// openLogs makes the streams. Without a log group the task fails to start, for the reason returned.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html
func (t *task) openLogs(next *emulator) (reason string, err error) {
	for _, log := range t.logs {
		if log.group == "" {
			continue
		}
		err := next.createLogStream(log.group, log.stream)
		if refusedAs(err, "ResourceNotFoundException") {
			return reasonNoLogGroup, nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

// writeLogs writes the lines that are due when parts answers, this one included, share what is left.
func (t *task) writeLogs(next *emulator, parts int) error {
	for _, log := range t.logs {
		left := len(log.lines) - log.late - log.written
		if err := log.write(next, t, (left+parts-1)/parts); err != nil {
			return err
		}
	}
	return nil
}

func (l *containerLog) write(next *emulator, t *task, n int) error {
	due := l.lines[l.written : l.written+n]
	l.written += n
	if l.group == "" || len(due) == 0 {
		return nil
	}
	if err := next.putLogEvents(l.group, l.stream, t.now(), due); err != nil {
		return fmt.Errorf("lines of %s: %w", l.stream, err)
	}
	return nil
}

// logRead is called after a read of a log has been answered.
func (s *Stage) logRead(next *emulator, stream string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		for _, log := range t.logs {
			if log.stream != stream || log.late == 0 || t.status != stateStopped {
				continue
			}
			if t.unread--; t.unread > 0 {
				continue
			}
			n := log.late
			log.late = 0
			if err := log.write(next, t, n); err != nil {
				return err
			}
		}
	}
	return nil
}
