# corescale: `make` builds build/sumsq and build/fetchall; `make help` lists the targets.

PREFIX  ?= /usr/local
BUILD   ?= build
CFLAGS  ?= -O2 -g
MPICC   ?= mpicc
PKG_CONFIG ?= pkg-config
JOBS    ?= $(shell nproc)
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes

# MPI=0 builds without MPI; by default it is used where there is an mpicc.
ifndef MPI
MPI := $(if $(shell command -v $(MPICC) 2>/dev/null),1,0)
endif
# The same for fetchall, which is made of libcurl, xxHash and libcrypto, and for its test server: CURL=0, MICROHTTPD=0.
has = $(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo 1 || echo 0)
CURL       ?= $(call has,libcurl libxxhash libcrypto)
MICROHTTPD ?= $(call has,libmicrohttpd)
# SANITIZE=1 builds with AddressSanitizer and UndefinedBehaviorSanitizer, SANITIZE=thread with ThreadSanitizer.
SANITIZE ?=

# Two targets install what is missing before they build; all others need it to be there.
PACKAGES := hwloc jansson
# Only a header is needed of it.
HEADERS  := libxxhash
ifneq ($(filter-out help clean uninstall demo check arm64,$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell $(PKG_CONFIG) --exists $(PACKAGES) $(HEADERS) 2>/dev/null && echo yes),yes)
$(error pkg-config, hwloc, jansson and xxHash are needed to build: scripts/install-deps.sh installs them)
endif
endif

ALL_CFLAGS := -std=gnu11 $(WARNINGS) -I. $(shell $(PKG_CONFIG) --cflags $(PACKAGES) $(HEADERS) 2>/dev/null) $(CFLAGS)
LDLIBS     := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lm
OPENMP     := -fopenmp
ifeq ($(MPI),1)
# Open MPI's compiler tells its flags by part, MPICH's and those made of it as the command line that it would run.
mpi_part    = $(shell $(MPICC) --showme:$(1) 2>/dev/null || $(MPICC) -$(1)_info 2>/dev/null | cut -d ' ' -f 2-)
MPI_CFLAGS := $(filter -I% -D%,$(call mpi_part,compile)) -DWITH_MPI=1
MPI_LIBS   := $(filter -L% -l% -Wl%,$(call mpi_part,link))
endif
ifeq ($(CURL),1)
IO_CFLAGS  := $(shell $(PKG_CONFIG) --cflags libcurl libxxhash libcrypto)
IO_LIBS    := $(shell $(PKG_CONFIG) --libs libcurl libxxhash libcrypto)
ifeq ($(MICROHTTPD),1)
MHD_CFLAGS := $(shell $(PKG_CONFIG) --cflags libmicrohttpd) -DWITH_MICROHTTPD=1
IO_LIBS    += $(shell $(PKG_CONFIG) --libs libmicrohttpd)
endif
endif
ifeq ($(SANITIZE),1)
ALL_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else ifneq ($(SANITIZE),)
ALL_CFLAGS += -fsanitize=$(SANITIZE)
endif

PROGRAMS := sumsq $(if $(filter 1,$(CURL)),fetchall)
BENCH   := $(patsubst %.c,$(BUILD)/%.o,$(wildcard bench/*/*.c))
COMPUTE := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c,$(wildcard compute/*.c)))
OF_MHD  := $(addprefix io/server/,server.c respond.c wake.c)
IO      := $(if $(filter 1,$(CURL)),$(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c $(if $(filter 1,$(MICROHTTPD)),,$(OF_MHD)), \
	$(wildcard io/*.c io/*/*.c))))
OF_IO   := $(if $(IO),,$(shell grep -l '"io/' tests/*.c 2>/dev/null))
# The longest first.
BATS    := tests/study.bats $(filter-out tests/study.bats,$(wildcard tests/*.bats))
TESTS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter-out $(OF_IO),$(wildcard tests/test_*.c)))

ifneq ($(V),1)
Q = @
say = @printf '  %-5s %s\n' $(1) $(2)
endif

all: $(PROGRAMS:%=$(BUILD)/%) ## build the programs (CC=clang, MPI=0, CURL=0, MICROHTTPD=0, SANITIZE=1, V=1)
ifeq ($(MPI),0)
	@echo '  built without MPI: no $(MPICC) was found, or MPI=0 was given'
endif
ifneq ($(CURL),1)
	@echo '  no fetchall: libcurl, xxHash or libcrypto was not found, or CURL=0 was given'
else ifneq ($(MICROHTTPD),1)
	@echo '  fetchall without serve: libmicrohttpd was not found, or MICROHTTPD=0 was given'
endif

demo: ## install what is missing, build, and compare all strategies on the embedded jobs
	@scripts/install-deps.sh build
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(BUILD)/sumsq compare
	@echo
	$(BUILD)/fetchall compare

test: all tests ## the units and a smoke test of each verb, in less than a minute
	prove -j$(JOBS) scripts/check-layers.sh $(TESTS) tests/smoke.bats

check: ## install what is missing, build, and run all tests: some 12 minutes on 2 cores
	@missing=$$(scripts/install-deps.sh --dry-run check) && \
		echo "make check: all tests, some 12 minutes on 2 cores; to install:" $${missing:-nothing}
	@scripts/install-deps.sh check
	@$(MAKE) --no-print-directory -j$(JOBS) all tests
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/mpi0 MPI=0 MICROHTTPD=0 all
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/curl0 CURL=0 all
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/clang CC=clang all
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/asan SANITIZE=1 all tests
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/tsan CC=clang SANITIZE=thread MPI=0 all tests
	@$(MAKE) --no-print-directory -j$(JOBS) arm64 || echo 'no build for 64-bit Arm: its tests are skipped'
	@! command -v mpicc.mpich >/dev/null || \
		$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/mpich MPICC=mpicc.mpich build/mpich/sumsq
	@! command -v smpicc >/dev/null || $(MAKE) --no-print-directory -j$(JOBS) smpi
	prove -j$(JOBS) --timer --comments scripts/check-layers.sh $(BATS) $(TESTS)

# Each is built of tests/fuzz_NAME.c, and begins with what is in tests/corpus/NAME.
FUZZERS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(filter-out $(OF_IO),$(wildcard tests/fuzz_*.c)))
FUZZ_S  ?= 10

fuzz: ## feed made-up input to all that reads input, FUZZ_S=10 seconds each; needs clang
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined MPI=0 fuzz-run

fuzz-run: $(FUZZERS)
	@for fuzzer in $(FUZZERS); do \
		name=$${fuzzer##*/fuzz_}; \
		echo "  FUZZ  $$name" && mkdir -p $(BUILD)/corpus/$$name && \
		$$fuzzer -max_total_time=$(FUZZ_S) -timeout=10 -verbosity=0 -print_final_stats=1 \
			-artifact_prefix=$(BUILD)/corpus/$$name- $(BUILD)/corpus/$$name tests/corpus/$$name || exit 1; \
	done

# Debian's libraries for it lie below build/, not in this system.
ARM64_ROOT := $(CURDIR)/build/arm64-root
arm64: ## cross-build sumsq and the tests of its kernels for 64-bit Arm, on Debian, into build/arm64
	@scripts/arm64-root.sh $(ARM64_ROOT)
	@PKG_CONFIG_SYSROOT_DIR=$(ARM64_ROOT) PKG_CONFIG_LIBDIR=$(ARM64_ROOT)/usr/lib/aarch64-linux-gnu/pkgconfig \
	$(MAKE) --no-print-directory BUILD=build/arm64 CC=aarch64-linux-gnu-gcc MPI=0 CURL=0 \
		CFLAGS='$(CFLAGS) -I$(ARM64_ROOT)/usr/include/aarch64-linux-gnu' \
		LDFLAGS='-Wl,-rpath-link,$(ARM64_ROOT)/usr/lib/aarch64-linux-gnu' \
		build/arm64/sumsq $(patsubst %,build/arm64/tests/test_%,kernel kernel_without sumsq)

install: all ## install to $(DESTDIR)$(PREFIX), /usr/local unless given
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/man/man1 share/bash-completion/completions)
	for program in $(PROGRAMS); do \
		install -m 755 $(BUILD)/$$program $(DESTDIR)$(PREFIX)/bin/ && \
		$(BUILD)/$$program --help=man > $(DESTDIR)$(PREFIX)/share/man/man1/$$program.1 && \
		$(BUILD)/$$program --help=bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program || exit 1; \
	done

uninstall: ## remove what install put there
	for program in sumsq fetchall; do \
		rm -f $(DESTDIR)$(PREFIX)/bin/$$program $(DESTDIR)$(PREFIX)/share/man/man1/$$program.1 \
			$(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program; \
	done

clean: ## remove all that was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

$(BUILD)/sumsq: $(BUILD)/compute/main.o $(COMPUTE) $(BENCH)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MPI_LIBS)

$(BUILD)/fetchall: $(BUILD)/io/main.o $(IO) $(BENCH)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MPI_LIBS) $(IO_LIBS)

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(EXTRA) -MMD -MP -c -o $@ $<

# The files that see OpenMP, MPI, libcurl and libmicrohttpd.
$(BUILD)/bench/team/strategy_openmp.o $(BUILD)/bench/place/openmp_env.o: EXTRA = $(OPENMP)
$(patsubst %.c,$(BUILD)/%.o,$(wildcard bench/team/*mpi*.c)): EXTRA = $(MPI_CFLAGS)
$(BUILD)/io/urls.o $(BUILD)/io/engine/%.o: EXTRA = $(IO_CFLAGS)
$(BUILD)/io/server/%.o: EXTRA = $(MHD_CFLAGS)

# The files that are part of the programs.
$(BUILD)/bench/report/asset.o: $(wildcard bench/report/*.gp bench/report/page.*)

# A test is linked with everything but the main functions.
tests: $(TESTS)
$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(COMPUTE) $(IO) $(BENCH)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MPI_LIBS) $(IO_LIBS) -lcmocka

$(FUZZERS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(COMPUTE) $(IO) $(BENCH)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MPI_LIBS) $(IO_LIBS)

# What scripts/speed.sh measures with.
$(BUILD)/speed: $(BUILD)/scripts/speed.o $(COMPUTE) $(BENCH)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MPI_LIBS)

# What scripts/simulate.sh simulates with: the schedules themselves.
$(BUILD)/simulate: $(BUILD)/scripts/simulate.o $(BENCH)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(MPI_LIBS)

# The mpi strategy on hosts of SimGrid, that is of a process: scripts/smpi/host.c is in the place of what asks this host.
SMPI := $(filter-out %/pause.o,$(patsubst %.c,$(BUILD)/%.o,$(wildcard bench/base/*.c bench/team/*.c scripts/smpi/*.c)))
smpi: ## build what scripts/simulate.sh --mpi runs, with SimGrid's smpicc, into build/smpi
	@$(MAKE) --no-print-directory BUILD=build/smpi CC=smpicc MPICC=smpicc MPI=1 \
		CFLAGS='-O2 -g -DSMPI_NO_OVERRIDE_MALLOC -Dgethostname=host_name' \
		MPI_CFLAGS='-DWITH_MPI=1 -include scripts/smpi/lacking.h' build/smpi/simulate_mpi

$(BUILD)/simulate_mpi: $(SMPI)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(OPENMP) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Objects are made again when the compiler or its flags change.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS) $(MPI_CFLAGS) $(IO_CFLAGS) $(MHD_CFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(ALL_CFLAGS) $(MPI_CFLAGS) $(IO_CFLAGS) $(MHD_CFLAGS)' > $@

-include $(shell find $(BUILD) -name '*.d' -type f 2>/dev/null)

.PHONY: all demo test check arm64 smpi fuzz fuzz-run install uninstall clean help tests FORCE
.SECONDARY:
