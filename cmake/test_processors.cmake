# The PROCESSORS of tests. ctest gets two for each of the machine, and one more (scripts/test): that one
# is for clang-tidy, which takes what others leave and runs even beside those that have all the rest.
include(ProcessorCount)
ProcessorCount(zenzefi_processors)
set(zenzefi_one_processor 2)
math(EXPR zenzefi_all_processors "2 * ${zenzefi_processors}")
