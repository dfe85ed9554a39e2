# Works on a fresh Debian or Ubuntu with Go; `make help` lists the targets.
SHELL := /bin/bash
# Where Go's own installer puts it, for shells whose PATH doesn't know.
export PATH := $(PATH):/usr/local/go/bin
# HEIC files are decoded in a sandbox only, never by the machine's own libheif.
export GOFLAGS := $(GOFLAGS) -tags=nodynamic
TESTFLAGS ?= -race -timeout=20m
# Not in go.mod: its version is no matter of those who only build.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.PHONY: help run build test bench screenshots lint fmt vet staticcheck tidy noskip deps-run deps-test

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 13

run: deps-run build ## Install what is missing and run everything on this machine
	@exec bin/anteroom dev

build: ## Build bin/anteroom
	@go build -o bin/anteroom ./cmd/anteroom

test: deps-test ## Install what is missing and run all tests (TESTFLAGS="-race ...")
	go test $(TESTFLAGS) ./...

bench: deps-run ## Measure pages and throughput on a private database and Redis
	@go run ./internal/bench

screenshots: deps-test build ## Take the pictures in docs/screenshots anew
	@go run ./internal/shots

lint: fmt vet staticcheck tidy noskip ## All of the following

fmt: ## Fail on files that gofmt would change
	@files=$$(gofmt -l .) && { test -z "$$files" || { echo "gofmt -w these: $$files"; exit 1; }; }

vet: ## go vet
	@go vet ./...

staticcheck: ## staticcheck, at a pinned version
	@go run $(STATICCHECK) ./...

tidy: ## Fail when go.mod or go.sum is not tidy
	@go mod tidy -diff

noskip: ## Fail on a test that skips itself
	@! grep -rnE '\b(t|tb|b)\.Skip(f|Now)?\(' --include='*.go' . || { echo "tests fail loudly or pass, they never skip"; exit 1; }

deps-run: ## Install what `make run` needs
	@scripts/deps run

deps-test: ## Install what `make test` needs
	@scripts/deps test
