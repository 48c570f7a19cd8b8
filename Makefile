# What people type. CMake builds, scripts/ does the rest; CONTRIBUTING.md explains.
MAKEFLAGS += --no-print-directory
.PHONY: run test bench bench-revocation bench-scale bench-instructions bench-build build dependencies configure lint format clean help

help:
	@echo 'make run     build and start everything: GATEWAY_PORT=8080, ZENZEFI_TARGET_URL, STATE_DIR=var'
	@echo 'make test    build and run every test'
	@echo 'make bench   measure the gateway beside its peers; make bench-revocation: how soon a revocation holds'
	@echo '             make bench-scale: how costs grow with tokens, streams, revocations, nodes'
	@echo '             make bench-instructions: what a request costs the worker, counted in instructions'
	@echo '             OPTIONS="--rounds 3 --contenders plain,headers,module-l1"; bench/README.md explains'
	@echo 'make build   build everything (build/release)'
	@echo 'make lint    formatting, clang-tidy, shell scripts'
	@echo 'make format  format the C++ sources'
	@echo 'make clean   remove what was built; the data in var/ stays'

# What is wrong with the settings is said before anything is built. BUILD_DIR names what is built already.
run:
	@scripts/run --check
	@scripts/install-dependencies build run
	@scripts/install-docs
	@test -n "$(BUILD_DIR)" || BUILD_TESTS=no scripts/build release zenzefi-auth zenzefi-demo-target ngx_http_access_token_module
	@exec scripts/run

test: dependencies
	@scripts/test

bench: bench-build
	@bench/load/run.py $(OPTIONS)

bench-revocation: bench-build
	@bench/load/revocation.py $(OPTIONS)

bench-scale: bench-build
	@bench/load/scale.py $(OPTIONS)

bench-instructions: bench-build
	@bench/load/instructions.py $(OPTIONS)

# Measured is what BUILD_DIR names, or what is built now.
bench-build:
	@scripts/install-dependencies build run bench
	@test -n "$(BUILD_DIR)" || BUILD_TESTS=no scripts/build release zenzefi-auth zenzefi-demo-target ngx_http_access_token_module

build: dependencies
	@scripts/build release

dependencies:
	@scripts/install-dependencies
	@scripts/install-docs

lint: dependencies
	@scripts/build release --configure
	@scripts/lint format && scripts/lint shell && scripts/lint tidy

format: dependencies
	@scripts/lint sources | xargs clang-format -i

clean:
	rm -rf build
