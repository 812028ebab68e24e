// Command docker-task-picture draws the docker tasks of a state or a plan:
//
//	terraform show -json | docker-task-picture > stack.html
//	terraform show -json plan.tfplan | docker-task-picture -format mermaid
//
// It reads standard input and writes standard output, and calls nobody.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/dockertask/terraform-provider-docker/internal/picture"
)

// formats are what a picture can be written as.
var formats = map[string]func(picture.Picture) string{
	"html": picture.Picture.HTML, "mermaid": picture.Picture.Mermaid, "dot": picture.Picture.DOT,
}

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "docker-task-picture:", err)
		os.Exit(1)
	}
}

func run(arguments []string, in io.Reader, out, messages io.Writer) error {
	flags := flag.NewFlagSet("docker-task-picture", flag.ContinueOnError)
	flags.SetOutput(messages)
	flags.Usage = func() {
		fmt.Fprintln(messages, "usage: terraform show -json [PLAN] | docker-task-picture [-format html|mermaid|dot] > stack.html")
		flags.PrintDefaults()
	}
	format := flags.String("format", "html", "html, mermaid or dot")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	write, known := formats[*format]
	if !known || flags.NArg() > 0 {
		flags.Usage()
		return fmt.Errorf("a format is html, mermaid or dot, not %q; and there are no other arguments", *format)
	}
	document, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	p, err := picture.Read(document)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, write(p))
	return err
}
