// The engine as flat functions, for the worker in web/engine-worker.js. One session a process.
//
// Functions that can fail return 0, or 1 + ErrorCode: then hl_error() is the sentence to show.
// Files, photos and pixels go in through hl_input; strings are UTF-8, valid until the next call.
// src/engine/exports.txt lists these functions for the linker.
#ifndef HEADLENS_ENGINE_C_API_H_
#define HEADLENS_ENGINE_C_API_H_

#include <cstddef>
#include <cstdint>

namespace headlens {
extern "C" {

// Starts the session; gives the number of threads that run. memory_limit: bytes, 0 for none.
int hl_start(int threads, size_t memory_limit);

// Loading a weights file while it arrives. Until hl_load_end has returned 0, the model before and
// its results stay; a call that fails ends the load.
// file_bytes: 0 where it is not known for certain; options_json: as ParseLoadOptions.
int hl_load_begin(double file_bytes, const char* options_json);
uint8_t* hl_load_room();         // where the next bytes of the file go; null on failure
size_t hl_load_room_bytes();     // how many of them, at most
int hl_load_take(size_t count);  // so many were put there
int hl_load_end();               // that was the whole file
void hl_load_stop();             // the rest of it will not come

// A buffer that the caller fills and the next of the functions below that takes one uses up.
// Null if there is not enough memory.
uint8_t* hl_input(size_t bytes);

int hl_check_file();                       // input: a picture file; fails if it is cut off
int hl_photo_file();                       // input: a picture file
int hl_photo_rgba(int height, int width);  // input: (height, width, 4) bytes
int hl_prepare_photo(int short_side, int height, int width);  // as SizeRule
int hl_prepare_pixels(int height, int width);  // input: (3, height, width) f32, normalised

int hl_begin();  // what was prepared goes in
int hl_step();   // a part of the pass: call it until hl_done
int hl_done();   // 1: the maps may be read and queried
int hl_layer();  // layers done so far in this pass

// Questions about the finished pass, answered without the network; hl_answer has the result.
// query_row -1: [CLS] is the query.
int hl_query(int row, int col);                   // (layers, heads, rows, cols)
int hl_similarity(int query_row, int query_col);  // (layers, rows, cols)
int hl_pca(int layer, int facet);                 // (rows, cols, 3); as Pca, facet by PcaFacet
int hl_explain(int query_row, int query_col, int row, int col);  // dot, max, sum: (layers, heads)
                                                                 // each; prefix (layers, heads, 2)
int hl_rollout_begin(int fusion, double discard);  // as RolloutOptions, fusion by HeadFusion
int hl_rollout_step();                             // a part of it: call it until hl_rollout_done
int hl_rollout_done();                             // 1: then hl_answer is (layers, rows, cols)
int hl_rollout_layers();                           // layers done so far
void hl_rollout_stop();                            // the rest is not wanted

const char* hl_error();
const char* hl_choices();  // JSON: what must be said if a load failed for that, {"heads": ["3"]}
const char* hl_model();    // JSON: what the model is; "null" before the first load
const char* hl_pass();     // JSON: the shapes of the pass begun last
const char*
hl_stages();  // JSON: ms that each stage of it took so far, as src/vit/stages.h names them

// Of the finished pass, shapes as hl_pass says.
const float* hl_cls();     // (layers, heads, rows, cols)
const float* hl_prefix();  // (layers, heads, 1 + registers)
const float* hl_answer();  // of the question asked last

}  // extern "C"
}  // namespace headlens

#endif  // HEADLENS_ENGINE_C_API_H_
