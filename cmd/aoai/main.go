// Command aoai runs the project on a local sandbox through the real Pulumi CLI.
// Its exit codes are Pulumi's own: 0 done, 7 changes where none were expected,
// anything else an error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/aoai-gateway/aoai-gateway/internal/azure"
	"github.com/aoai-gateway/aoai-gateway/internal/engine"
	_ "github.com/aoai-gateway/aoai-gateway/internal/terminal" // no wait for terminals that do not answer
	"github.com/aoai-gateway/aoai-gateway/internal/version"
)

// exitUsage is Pulumi's exit code for a command line that cannot be read.
const exitUsage = 2

const (
	// forcedPatience is how long a run may take after the second signal.
	forcedPatience = 3 * time.Second
	// exitForced is the exit code of a run that the second signal ended, as shells have it.
	exitForced = 130
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	force := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		// The first signal ends the run cleanly, the second one at once.
		<-signals
		cancel()
		<-signals
		close(force)
		// What was forced has this long to end its own processes; whatever waits longer, such
		// as a sandbox that others still use, ends with this one.
		time.Sleep(forcedPatience)
		os.Exit(exitForced)
	}()
	os.Exit(run(ctx, os.Args[1:], &streams{os.Stdout, os.Stderr, force}))
}

// run is main without the process around it; it returns the exit code.
func run(ctx context.Context, args []string, out *streams) int {
	stdout, stderr := out.stdout, out.stderr
	var commands cli
	ended := -1
	parser, err := kong.New(&commands,
		kong.Name("aoai"), kong.Description("Azure OpenAI behind Azure's own gateways, on a local sandbox."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { ended = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(out), kong.Vars{"version": version.String(), "apimSKUs": strings.Join(azure.APIMSKUNames(), ",")},
	)
	if err != nil {
		return fail(stderr, err, 1)
	}
	chosen, err := parser.Parse(args)
	if ended >= 0 {
		return ended
	}
	if err != nil {
		if slices.Contains(args, "--json") {
			err = errors.Join(err, printJSON(stdout, failureOf(err, exitUsage)))
		}
		return fail(stderr, err, exitUsage)
	}
	results := &counted{Writer: stdout}
	out.stdout = results
	err = chosen.Run(&commands.shared)
	if err != nil && commands.JSON && results.bytes == 0 {
		// Who reads JSON gets some, also on failure.
		err = errors.Join(err, printJSON(stdout, failureOf(err, 1)))
	}
	var exit *engine.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		// The CLI has told its own failure; what came on top of it has not been.
		for _, other := range besides(err) {
			_ = fail(stderr, other, 1)
		}
		return exit.Code
	default:
		return fail(stderr, err, 1)
	}
}

// counted counts what is written.
type counted struct {
	io.Writer
	bytes int
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.bytes += n
	return n, err
}

// besides are the parts of a joined error that are not the CLI's exit.
func besides(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var others []error
	for _, part := range joined.Unwrap() {
		var exit *engine.ExitError
		if !errors.As(part, &exit) {
			others = append(others, part)
		} else {
			others = append(others, besides(part)...)
		}
	}
	return others
}

func fail(stderr io.Writer, err error, code int) int {
	_, _ = fmt.Fprintf(stderr, "aoai: %v\n", err)
	return code
}

// streams are where results and messages go, and what ends a run at once.
type streams struct {
	stdout, stderr io.Writer
	force          <-chan struct{}
}

// cli is the command line.
type cli struct {
	shared
	Version kong.VersionFlag `help:"Print the version."`

	Up         upCommand         `cmd:"" help:"Deploy the stack and print its endpoints."`
	Preview    previewCommand    `cmd:"" help:"Show what up would change."`
	Check      checkCommand      `cmd:"" help:"Read the stack's file and tell its mistakes and warnings; nothing is started."`
	Preflight  preflightCommand  `cmd:"" help:"Ask before a deployment what would make it fail: names, models, quota, rights, resource providers; 0 nothing, 1 findings."`
	Cost       costCommand       `cmd:"" help:"Estimate what the stack costs a month, by the built-in table of prices; --refresh refreshes the table."`
	Budget     budgetCommands    `cmd:"" help:"Tell whether the budget has stopped calls, and take the stop back."`
	Models     modelsCommand     `cmd:"" help:"Show which models the regions offer, by the built-in table; --azure refreshes the table from Azure."`
	Refresh    refreshCommand    `cmd:"" help:"Take over into the stack what changed outside of it."`
	Drift      driftCommand      `cmd:"" help:"Tell what differs between the stack and Azure, changed outside or not deployed yet: 0 nothing, 7 drift."`
	Recover    recoverCommand    `cmd:"" help:"Repair the stack after a run that was killed."`
	Destroy    destroyCommand    `cmd:"" help:"Delete everything in the stack."`
	Approve    approveCommand    `cmd:"" help:"Approve the connection by which the stack's Front Door reaches its gateway (lock private-link)."`
	Outputs    outputsCommand    `cmd:"" help:"Print the stack's outputs, or one of them."`
	Key        keyCommand        `cmd:"" help:"Print the key of a subscription, for callers of API Management."`
	Serve      serveCommand      `cmd:"" help:"Keep the sandbox up with all its hosts: for an ordinary pulumi, Azure SDK clients, and traffic."`
	Status     statusCommand     `cmd:"" help:"Show the sandbox and what is in it."`
	Drill      drillCommand      `cmd:"" help:"Put the deployed stack under load while things go wrong by a script, and report what callers felt."`
	Entra      entraCommands     `cmd:"" help:"Tokens and secrets of the sandbox's Entra tenant, while it serves."`
	Logs       logsCommands      `cmd:"" help:"Ask the sandbox's logs."`
	Bench      benchCommands     `cmd:"" help:"Compare policies in the sandbox's gateway."`
	Policy     policyCommands    `cmd:"" help:"Check, explain and run API Management policy documents."`
	Stack      stackCommands     `cmd:"" help:"List, remove and reset the stacks of the sandbox."`
	Pulumi     pulumiCommand     `cmd:"" help:"Run the Pulumi CLI on the sandbox: aoai pulumi stack ls."`
	Completion completionCommand `cmd:"" help:"Print the completion for a shell: source <(aoai completion bash)."`
	Tools      toolsCommand      `cmd:"" hidden:"" help:"Build what running Pulumi takes."`
}

// shared are the flags of every command.
type shared struct {
	Project string `help:"Folder with Pulumi.yaml." default:"." type:"existingdir"`
	Sandbox string `help:"Folder of the sandbox's state; default .sandbox in the project." type:"path"`
	Seed    string `help:"JSON file with what exists in the sandbox's Azure beforehand." type:"existingfile"`
	JSON    bool   `help:"Print results as JSON." name:"json"`
}

// stackFlags choose a stack.
type stackFlags struct {
	Stack  string `help:"Name of the stack." default:"dev" short:"s"`
	Config string `help:"Stack file in Pulumi's format; default that of the stack's last up, else Pulumi.<stack>.yaml in the project." type:"existingfile"`
}

// nothingExpected makes a run fail with 7 when it finds changes.
type nothingExpected struct {
	ExpectNoChanges bool `help:"Exit with 7 if anything changes."`
}

func (n nothingExpected) flags() []string {
	if n.ExpectNoChanges {
		return []string{"--expect-no-changes"}
	}
	return nil
}
