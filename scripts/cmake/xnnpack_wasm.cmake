# XNNPACK and pthreadpool for WebAssembly. Upstream's own CMake files know nothing of this target, so the sources
# are listed here: the fully-connected and the unary operators that headlens calls, and every production
# microkernel that their configurations may choose. One build serves the threaded and the single engine.
headlens_source(XNNPACK google/XNNPACK 4ea82e595b36106653175dcb04b2aa532660d0d8)
headlens_source(PTHREADPOOL Maratyszcza/pthreadpool 560c60d342a76076f0557a3946924c6478470044)
headlens_source(FXDIV Maratyszcza/FXdiv b408327ac2a15ec3e43352421954f5b1967701d1)

set(HEADLENS_SIMD_OPTIONS -msimd128)
if(HEADLENS_RELAXED_SIMD)
  list(APPEND HEADLENS_SIMD_OPTIONS -mrelaxed-simd)
endif()
add_compile_options(${HEADLENS_SIMD_OPTIONS} -pthread)

add_library(pthreadpool STATIC)
foreach(source portable-api memory pthreads fastpath legacy-api)
  target_sources(pthreadpool PRIVATE ${PTHREADPOOL_SOURCE_DIR}/src/${source}.c)
endforeach()
target_include_directories(pthreadpool SYSTEM PUBLIC ${PTHREADPOOL_SOURCE_DIR}/include)
target_include_directories(pthreadpool PRIVATE ${PTHREADPOOL_SOURCE_DIR}/src ${FXDIV_SOURCE_DIR}/include)
target_compile_definitions(pthreadpool PRIVATE PTHREADPOOL_USE_FUTEX=1 PTHREADPOOL_USE_GCD=0
                                               PTHREADPOOL_USE_CONDVAR=0 PTHREADPOOL_USE_EVENT=0
                                               PTHREADPOOL_USE_CPUINFO=0)
target_compile_options(pthreadpool PRIVATE -w)

# PROD_<KIND>_MICROKERNEL_SRCS, as upstream's generator wrote them.
set(kinds SCALAR WASM WASMSIMD)
if(HEADLENS_RELAXED_SIMD)
  list(APPEND kinds WASMRELAXEDSIMD)
endif()
foreach(kind ${kinds})
  string(TOLOWER ${kind} file)
  include(${XNNPACK_SOURCE_DIR}/cmake/gen/${file}_microkernels.cmake)
  list(APPEND microkernels ${PROD_${kind}_MICROKERNEL_SRCS})
endforeach()
# Families that only operators refer to that headlens does not use.
list(FILTER microkernels EXCLUDE REGEX
  "dwconv|pool|conv-hwc2chw|ibilinear|spmm|vmulcaddc|vcmul|zip|xx-pad|transpose|vbinary|vadd|vmul|rmax/|rdsum|lut32norm|raddstore|copysign")

add_library(XNNPACK STATIC)
set(xnnpack_sources
  ${microkernels}
  src/allocator.c src/cache.c src/datatype.c src/indirection.c src/init.c src/log.c src/memory.c
  src/microkernel-utils.c src/microparams-init.c src/mutex.c src/normalization.c src/operator-delete.c
  src/operator-run.c src/operator-utils.c src/params.c
  src/configs/gemm-config.c src/configs/hardware-config.c src/configs/reduce-config.c
  src/configs/unary-elementwise-config.c src/configs/x8-lut-config.c src/configs/pack-lh-config.c
  src/configs/xx-fill-config.c
  src/enums/allocation-type.c src/enums/datatype-strings.c src/enums/microkernel-type.c
  src/enums/node-type.c src/enums/operator-type.c
  src/operators/fully-connected-nc.c src/operators/unary-elementwise-nc.c
  src/reference/packing.cc src/reference/unary-elementwise.cc
  src/tables/exp2-k-over-64.c src/tables/exp2-k-over-2048.c src/tables/exp2minus-k-over-4.c
  src/tables/exp2minus-k-over-8.c src/tables/exp2minus-k-over-16.c src/tables/exp2minus-k-over-32.c
  src/tables/exp2minus-k-over-64.c src/tables/exp2minus-k-over-2048.c src/tables/vlog.c)
list(TRANSFORM xnnpack_sources PREPEND ${XNNPACK_SOURCE_DIR}/)
target_sources(XNNPACK PRIVATE ${xnnpack_sources})

# Two kernels include arm_neon.h by mistake; a header of that name that includes the WebAssembly one cures it.
set(stub_dir ${CMAKE_BINARY_DIR}/xnnpack_stubs)
file(WRITE ${stub_dir}/arm_neon.h "#include <wasm_simd128.h>\n")

target_include_directories(XNNPACK SYSTEM PUBLIC ${XNNPACK_SOURCE_DIR}/include)
target_include_directories(XNNPACK PRIVATE ${XNNPACK_SOURCE_DIR}/src ${XNNPACK_SOURCE_DIR} ${stub_dir}
                                           ${FXDIV_SOURCE_DIR}/include ${FP16_SOURCE_DIR}/include)
foreach(feature ARM_BF16 ARM_FP16_SCALAR ARM_FP16_VECTOR ARM_DOTPROD ARM_I8MM ARM_SME ARM_SME2 RISCV_VECTOR
                AVXVNNI AVXVNNIINT8 AVX256SKX AVX256VNNI AVX256VNNIGFNI AVX512F AVX512SKX AVX512VBMI AVX512VNNI
                AVX512VNNIGFNI AVX512AMX AVX512FP16 VSX ASSEMBLY SPARSE GEMM_M_SPECIALIZATION
                DWCONV_MULTIPASS HVX KLEIDIAI CPUINFO)
  target_compile_definitions(XNNPACK PRIVATE XNN_ENABLE_${feature}=0)
endforeach()
target_compile_definitions(XNNPACK PRIVATE XNN_ENABLE_MEMOPT=1 XNN_ENABLE_RISCV_FP16_VECTOR=0 XNN_LOG_LEVEL=0)
target_compile_options(XNNPACK PRIVATE -O2 -w -fno-math-errno)
set_target_properties(XNNPACK PROPERTIES C_STANDARD 11 C_EXTENSIONS ON CXX_EXTENSIONS ON)
target_link_libraries(XNNPACK PUBLIC pthreadpool)
