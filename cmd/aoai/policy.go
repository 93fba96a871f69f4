package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/policy"
	"github.com/aoai-gateway/aoai-gateway/internal/policy/script"
)

// policyCommands work on policy documents of any origin, without a project.
type policyCommands struct {
	Check   policyCheckCommand   `cmd:"" help:"Read and compile policy documents, and say what is wrong with them and where: 0 nothing that keeps them from being deployed, 1 errors."`
	Explain policyExplainCommand `cmd:"" help:"Show what a policy document does, in order."`
	Run     policyRunCommand     `cmd:"" help:"Take a request through a policy document, against backends that a script describes, and show who saw what."`
	Test    policyTestCommand    `cmd:"" help:"Run the tests of policies in a folder: 0 all passed, 1 some failed."`
}

// policyOptions are what a document refers to, and how it is read.
type policyOptions struct {
	Fragment   map[string]string `help:"Policy fragment as ID=FILE; may be given several times." placeholder:"ID=FILE"`
	NamedValue map[string]string `help:"Named value as NAME=VALUE; may be given several times." placeholder:"NAME=VALUE" mapsep:"none"`
	Format     string            `help:"How the document is written: rawxml takes the text of expressions as it stands, xml has to be well-formed; auto takes both." enum:"auto,rawxml,xml" default:"auto"`
	Strict     bool              `help:"Refuse fragments and named values that were not given, and anything but whole documents."`
	SKU        string            `help:"Tier of the service; Consumption takes smaller documents and fewer policies." name:"sku" enum:"${apimSKUs}" default:"Premium"`
}

func (o *policyOptions) options() (policy.Options, error) {
	options := policy.Options{NamedValues: o.NamedValue, Fragments: map[string]string{}, Lenient: !o.Strict, Consumption: azure.GenerationOf(o.SKU) == azure.Consumption}
	options.Switches.Rawxml, options.Switches.XML = o.Format == "rawxml", o.Format == "xml"
	for id, file := range o.Fragment {
		data, err := os.ReadFile(file)
		if err != nil {
			return options, fmt.Errorf("reading the fragment %s: %w", id, err)
		}
		options.Fragments[id] = string(data)
	}
	return options, nil
}

// policyDocuments are the documents of all scopes of an operation.
type policyDocuments struct {
	policyOptions

	File      string `arg:"" help:"Policy document (of the API, where others are given for other scopes)."`
	Global    string `help:"Document of the global scope." type:"existingfile"`
	Product   string `help:"Document of the product." type:"existingfile"`
	Operation string `help:"Document of the operation." type:"existingfile"`
}

// read reads the documents, in the order of their scopes.
func (d *policyDocuments) read() ([]policy.Source, policy.Options, error) {
	options, err := d.options()
	if err != nil {
		return nil, options, err
	}
	var sources []policy.Source
	for _, each := range []struct {
		scope policy.Scope
		file  string
	}{{policy.Global, d.Global}, {policy.Product, d.Product}, {policy.API, d.File}, {policy.Operation, d.Operation}} {
		if each.file == "" {
			continue
		}
		data, err := os.ReadFile(each.file)
		if err != nil {
			return nil, options, fmt.Errorf("reading a policy document: %w", err)
		}
		sources = append(sources, policy.Source{Scope: each.scope, Name: each.file, Text: string(data)})
	}
	return sources, options, nil
}

func printFindings(w io.Writer, findings policy.Findings) {
	for _, finding := range findings {
		_, _ = fmt.Fprintln(w, finding)
	}
}

type policyCheckCommand struct {
	policyOptions

	Files []string `arg:"" name:"file" help:"Policy documents, fragments, or single policies."`
}

// checkedFile is the result of a check as JSON.
type checkedFile struct {
	File string `json:"file"`
	// Deployable says that nothing was found that the service refuses; Runnable,
	// that it can be run here, too.
	Deployable bool            `json:"deployable"`
	Runnable   bool            `json:"runnable"`
	Findings   policy.Findings `json:"findings"`
}

// Run checks every file on its own.
func (c *policyCheckCommand) Run(flags *shared, out *streams) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	compiler := policy.NewCompiler()
	results := make([]checkedFile, 0, len(c.Files))
	refused := 0
	for _, file := range c.Files {
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading a policy document: %w", err)
		}
		_, findings := compiler.Compile([]policy.Source{{Scope: policy.API, Name: file, Text: string(data)}}, options)
		if findings.Refused() {
			refused++
		}
		if findings == nil {
			findings = policy.Findings{}
		}
		results = append(results, checkedFile{file, !findings.Refused(), findings.Runnable(), findings})
	}
	if err := c.print(out.stdout, flags.JSON, results); err != nil {
		return err
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d documents would be refused", refused, len(c.Files))
	}
	return nil
}

func (c *policyCheckCommand) print(w io.Writer, asJSON bool, results []checkedFile) error {
	if asJSON {
		return printJSON(w, map[string]any{"files": results})
	}
	for _, result := range results {
		printFindings(w, result.Findings)
		if len(result.Findings) == 0 {
			_, _ = fmt.Fprintf(w, "%s: ok\n", result.File)
		}
	}
	return nil
}

type policyExplainCommand struct{ policyDocuments }

// Run prints what the documents do.
func (c *policyExplainCommand) Run(flags *shared, out *streams) error {
	sources, options, err := c.read()
	if err != nil {
		return err
	}
	explained, findings := policy.NewCompiler().Explain(sources, options)
	printFindings(out.stderr, findings)
	if findings.Refused() {
		return fmt.Errorf("%s would be refused", c.File)
	}
	if flags.JSON {
		return printJSON(out.stdout, struct {
			Explanation string          `json:"explanation"`
			Findings    policy.Findings `json:"findings,omitempty"`
		}{explained, findings})
	}
	if _, err := io.WriteString(out.stdout, explained); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

type policyRunCommand struct {
	policyDocuments

	Request string `help:"File with the request: METHOD URL, headers, an empty line, the body; default GET /." type:"existingfile"`
	Script  string `help:"File that says what backends answer, and what else there is; default: everything answers 200." type:"existingfile"`
	Trace   bool   `help:"Show every policy that ran, too."`
	Times   int    `help:"How often to send the request." default:"1"`
}

// ranRequest is one request as JSON.
type ranRequest struct {
	Exchange string         `json:"exchange"`
	Trace    []policy.Entry `json:"trace"`
}

// Run sends the request and prints what backends and caller saw.
func (c *policyRunCommand) Run(ctx context.Context, flags *shared, out *streams) error {
	sources, options, err := c.read()
	if err != nil {
		return err
	}
	program, findings := policy.NewCompiler().Compile(sources, options)
	printFindings(out.stderr, findings)
	if program == nil {
		return fmt.Errorf("%s cannot be run", c.File)
	}
	requestText, err := fileOr(c.Request, "GET /")
	if err != nil {
		return err
	}
	scriptText, err := fileOr(c.Script, "answer * => 200")
	if err != nil {
		return err
	}
	written, err := script.Parse(scriptText)
	if err != nil {
		return fmt.Errorf("reading the script %s: %w", c.Script, err)
	}
	world := script.New(written)
	var all []ranRequest
	for range c.Times {
		request, err := script.ParseRequest(requestText)
		if err != nil {
			return fmt.Errorf("reading the request %s: %w", c.Request, err)
		}
		var trace policy.Trace
		record, err := world.Run(ctx, program, request, &trace)
		if err != nil {
			return err
		}
		all = append(all, ranRequest{record, trace.Entries})
		if flags.JSON {
			continue
		}
		_, _ = io.WriteString(out.stdout, record)
		if c.Trace {
			_, _ = fmt.Fprintf(out.stdout, "\n%s", trace.String())
		}
	}
	if flags.JSON {
		return printJSON(out.stdout, map[string]any{"requests": all})
	}
	return nil
}

func fileOr(file, fallback string) (string, error) {
	if file == "" {
		return fallback, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", file, err)
	}
	return string(data), nil
}
