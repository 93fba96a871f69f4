package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// programBinaryVariable names the program, where whoever calls has built it already.
const programBinaryVariable = "AOAI_PROGRAM_BINARY"

// host answers the few calls that running a Go program takes.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	engineAddress string
}

func (h *host) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: sdkVersion()}, nil
}

// sdkVersion is the version of the Pulumi SDK that the host is built with.
func sdkVersion() string {
	if built, ok := debug.ReadBuildInfo(); ok {
		for _, module := range built.Deps {
			if module.Path == "github.com/pulumi/pulumi/sdk/v3" {
				return strings.TrimPrefix(module.Version, "v")
			}
		}
	}
	return "0.0.0"
}

func (h *host) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

func (h *host) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

func (h *host) InstallDependencies(
	*pulumirpc.InstallDependenciesRequest, grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	return nil
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Run builds the program and runs it to its end. A program that fails on its own
// has already said why, so the engine is asked to end quietly.
func (h *host) Run(ctx context.Context, req *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	binary, cleanUp, err := build(ctx, req.GetInfo().GetProgramDirectory())
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	defer cleanUp()

	env, err := h.environment(req)
	if err != nil {
		return nil, err
	}
	program := exec.CommandContext(ctx, binary, req.GetArgs()...)
	program.Dir = req.GetPwd()
	program.Env = append(os.Environ(), env...)
	program.Stdout, program.Stderr = os.Stdout, os.Stderr
	if err := program.Run(); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() > 0 {
			return &pulumirpc.RunResponse{Bail: true}, nil
		}
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("running the program: %v", err)}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

// build compiles the program in directory, unless that has been done; cleanUp removes
// what it has made.
func build(ctx context.Context, directory string) (binary string, cleanUp func(), err error) {
	if built := os.Getenv(programBinaryVariable); built != "" {
		return built, func() {}, nil
	}
	temporary, err := os.MkdirTemp("", "pulumi-program-")
	if err != nil {
		return "", nil, fmt.Errorf("making a folder for the program: %w", err)
	}
	binary = filepath.Join(temporary, "program")
	cleanUp = func() { _ = os.RemoveAll(temporary) }
	var output bytes.Buffer
	compile := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	compile.Dir = directory
	compile.Stdout, compile.Stderr = &output, &output
	if err := compile.Run(); err != nil {
		cleanUp()
		return "", nil, fmt.Errorf("building the program in %s: %w\n%s", directory, err, output.Bytes())
	}
	return binary, cleanUp, nil
}

// environment tells the program who it is and where the engine listens, in the
// variables that the Go SDK reads.
func (h *host) environment(req *pulumirpc.RunRequest) ([]string, error) {
	config, err := json.Marshal(req.GetConfig())
	if err != nil {
		return nil, fmt.Errorf("encoding the stack's config: %w", err)
	}
	secretKeys, err := json.Marshal(req.GetConfigSecretKeys())
	if err != nil {
		return nil, fmt.Errorf("encoding the names of the stack's secrets: %w", err)
	}
	return []string{
		"PULUMI_PROJECT=" + req.GetProject(),
		"PULUMI_STACK=" + req.GetStack(),
		"PULUMI_ORGANIZATION=" + req.GetOrganization(),
		"PULUMI_CONFIG=" + string(config),
		"PULUMI_CONFIG_SECRET_KEYS=" + string(secretKeys),
		"PULUMI_DRY_RUN=" + strconv.FormatBool(req.GetDryRun()),
		"PULUMI_PARALLEL=" + strconv.Itoa(int(req.GetParallel())),
		"PULUMI_MONITOR=" + req.GetMonitorAddress(),
		"PULUMI_ENGINE=" + h.engineAddress,
		"PULUMI_ROOT_DIRECTORY=" + req.GetInfo().GetRootDirectory(),
	}, nil
}
