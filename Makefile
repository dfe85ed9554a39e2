# Works on a fresh Debian or Ubuntu with Go; `make help` lists the targets.
SHELL := /bin/bash
# Where Go's own installer puts it, for shells whose PATH doesn't know.
export PATH := $(PATH):/usr/local/go/bin
TESTFLAGS ?= -race -timeout=20m
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.PHONY: help run build test lint bench deps-run deps-test

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: deps-run build ## Install what is missing and run everything on this machine
	@exec bin/anteroom dev

build: ## Build bin/anteroom
	@go build -o bin/anteroom ./cmd/anteroom

test: deps-test ## Install what is missing and run all tests (TESTFLAGS="...")
	go test $(TESTFLAGS) ./...

lint: ## gofmt, vet, staticcheck, go.mod, no skipped tests
	@STATICCHECK=$(STATICCHECK) scripts/lint

bench: deps-run ## Measure throughput on a private database and Redis
	go run ./internal/bench

deps-run: ## Install what `make run` needs
	@scripts/deps run

deps-test: ## Install what `make test` needs
	@scripts/deps test
