# Needs Go, git and make, nothing else. `make help` lists the targets.
STACK ?= dev
CONFIG ?= Pulumi.$(STACK).yaml
AOAI = bin/aoai
VERB = $(AOAI) $(1) --stack $(STACK) --config $(CONFIG)

.DEFAULT_GOAL := help
.PHONY: help build up preview refresh drift recover down status serve tools test bench bench-gateway bench-compare drill chaos drift-matrix release lint fmt clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build bin/aoai
	@test -x $(AOAI) || echo "building $(AOAI) (2 minutes with an empty Go cache)"
	@go build -o $(AOAI) ./cmd/aoai

up: build ## Deploy the stack to the local sandbox and print its endpoints
	@$(call VERB,up)

preview: build ## Show what up would change
	@$(call VERB,preview)

refresh: build ## Take over what was changed outside of the stack
	@$(call VERB,refresh)

drift: build ## Tell what differs between the stack and Azure
	@$(call VERB,drift)

recover: build ## Repair the stack after a run that was killed
	@$(call VERB,recover)

down: build ## Delete everything in the stack
	@$(AOAI) destroy --stack $(STACK) --config $(CONFIG)

status: build ## Show the sandbox and what is in it
	@$(AOAI) status

serve: build ## Keep the sandbox up, until Ctrl-C
	@$(AOAI) serve

tools: build ## Build the Pulumi CLI if there is no recent one on PATH
	@$(AOAI) tools

test: tools ## Pass all tests
	@echo "running the tests (compiling them takes minutes with an empty Go cache)"
	@cd tools && go test -vet=all ./compare ./languagehost ./release
	@go test -vet=all -timeout 60m ./...

bench: tools ## Measure preview, up, the sandbox and policies; docs/benchmarks.md explains
	@go test -timeout 60m -run '^$$' -bench . -benchtime 3x ./e2e
	@go test -run '^$$' -bench . ./sandbox/azure ./internal/policy
	@go test -run '^$$' -bench . -benchtime 5x ./cmd/aoai/internal/bench

bench-gateway: build ## Compare policies under faults, and their spread; ARGS="--policy NAME=FILE --backends ..." adds yours, SCENARIO=... chooses
	@$(AOAI) bench gateway --out bench $(ARGS) $(if $(SCENARIO),--scenario $(SCENARIO))
	@$(AOAI) bench spread --out bench $(ARGS)
	@echo "bench/ holds the results as JSON and SVG"

bench-compare: tools ## Measure the last release and the working tree in turns, and print what got worse; ARGS="-before COMMIT -package ./PKG" chooses
	@go -C tools run ./compare $(ARGS)

drill: build ## Deploy a stack for drills, and drill it; SCRIPT=... chooses (a minute)
	@$(AOAI) up --stack drill --config examples/drills/stack.yaml
	@$(AOAI) drill $(or $(SCRIPT),examples/drills/lost-region.json) --stack drill --config examples/drills/stack.yaml

chaos: tools ## Kill everything at every write of up and destroy, and trouble every request, and recover (Linux; many hours)
	@go test -timeout 240m ./e2e -run 'TestKilledRunsRecover|TestTroubledCloudConverges' -v -args -chaos.all

drift-matrix: tools ## Change every property of every resource type behind the stack's back, and find each (an hour)
	@go test -timeout 150m ./e2e -run TestDriftMatrix -v -args -drift.all

release: ## Build archives of aoai for Linux, macOS and Windows, with checksums, in bin/release
	@go -C tools run ./release

lint: ## Run the linters, which are built once
	@.ci/lint

fmt: ## Format the Go files
	@gofmt -w $$(git ls-files '*.go')

clean: ## Remove what was built; the sandbox's state stays
	@rm -rf bin .sandbox/tools
