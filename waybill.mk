# Waybill's commands as targets: `include node_modules/waybill/waybill.mk`, below your own targets. It changes nothing
# for a make that none of them is asked of.

waybill_home := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
waybill_commands := doctor build release promote pin plan deploy rollback hold resume history incident trace reconcile yank prune \
  destroy bootstrap

.PHONY: waybill-help
waybill-help:
	@node '$(waybill_home)/dist/scripts/reference/io/bin.js' help

ifneq ($(filter $(waybill_commands),$(MAKECMDGOALS)),)
# make runs $(shell …) in a value as soon as it expands or exports the variable, so values are only ever read unexpanded,
# with $(value …), quoted for the shell, and none is exported.
waybill_options := ADOPT SERVICE VERSION COMMIT TAG ENV WAIT ALLOW_OLDER DRY_RUN JSON REASON NOTICES SINCE CONFIRM REMOTE ALL OUT PLAN \
  PLAN_SHA256 ALLOW_REPLACE UNLOCK PR PREVIOUS TO FROM UNVERIFIED LIMIT ON_STOP DETACH FOLLOW SEQ
waybill_given := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
unexport $(waybill_options) $(waybill_given)
waybill_unknown := $(filter-out $(waybill_options) SHELL MAKE MAKEFLAGS,$(waybill_given))
$(if $(waybill_unknown),$(error unknown option $(waybill_unknown); the options are $(waybill_options)))
$(if $(wildcard cdktf/environments.json),,$(error run make in the root of the repository, which has cdktf/environments.json))

define waybill_newline


endef
waybill_checked = $(if $(findstring $(waybill_newline),$(value $(1))),$(error $(1) has a line break in it))
waybill_quoted = '$(subst ','\'',$(value $(1)))'
waybill_assigned = $(foreach name,$(1),$(call waybill_checked,$(name))$(if $(value $(name)),$(name)=$(call waybill_quoted,$(name))))

# What stands on make's command line becomes words of the command, which refuses those that it does not take; what make
# finds in its environment stays there.
.PHONY: $(waybill_commands)
$(waybill_commands):
	@$(call waybill_assigned,$(filter-out $(waybill_given),$(waybill_options))) \
	  node '$(waybill_home)/dist/scripts/reference/io/bin.js' $@ $(call waybill_assigned,$(filter $(waybill_options),$(waybill_given)))
endif
