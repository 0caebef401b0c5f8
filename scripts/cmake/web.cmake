# The engine for the browser, twice for this build's SIMD kind: with threads and without.
if(HEADLENS_RELAXED_SIMD)
  set(simd relaxed)
else()
  set(simd simd)
endif()

set(engine_link_options
  --no-entry -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=worker -sFILESYSTEM=0 -sALLOW_MEMORY_GROWTH
  -sINITIAL_MEMORY=33554432 -sMAXIMUM_MEMORY=2147483648 -sMEMORY_GROWTH_LINEAR_STEP=16777216 -sSTACK_SIZE=1048576
  -sEXPORTED_FUNCTIONS=@${CMAKE_SOURCE_DIR}/src/engine/exports.txt
  -sEXPORTED_RUNTIME_METHODS=UTF8ToString,wasmMemory)
set(threads_link_options
  -sEXPORTED_RUNTIME_METHODS=UTF8ToString,wasmMemory,PThread
  -pthread -sPTHREAD_POOL_SIZE=Module.threads-1 -Wno-pthreads-mem-growth -sDEFAULT_PTHREAD_STACK_SIZE=1048576)

function(headlens_engine_program kind)
  set(name engine-${simd}-${kind})
  add_executable(${name} ${CMAKE_SOURCE_DIR}/src/engine/c_api.cc)
  headlens_compile_options(${name})
  target_link_libraries(${name} PRIVATE headlens_engine)
  target_link_options(${name} PRIVATE ${engine_link_options} ${ARGN})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/site LINK_DEPENDS
                        ${CMAKE_SOURCE_DIR}/src/engine/exports.txt)
endfunction()

# The objects hold no thread code of their own and serve both: only the link differs.
headlens_engine_program(threads ${threads_link_options})
headlens_engine_program(single)

# For scripts/bench: build the target bench-${simd}; nothing else needs it.
add_executable(bench-${simd} EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/xnnpack_peak.cc)
headlens_compile_options(bench-${simd})
target_include_directories(bench-${simd} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(bench-${simd} PRIVATE headlens_vit)
target_link_options(bench-${simd} PRIVATE ${engine_link_options} ${threads_link_options}
                    -sEXPORTED_FUNCTIONS=_bench_xnnpack_f32,_bench_xnnpack_int8)
set_target_properties(bench-${simd} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
