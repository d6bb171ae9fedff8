// Times oneDNN 2's recurrent primitives for 'cellwright bench', which builds and starts this program.
// It reads commands from standard input, one a line, and answers each with one line:
//   case MODE KIND BATCH INPUT HIDDEN STEPS THREADS   reads case.bin, writes result.bin: "ready SETTING" or "no REASON"
//   run WARMUP SECONDS                                 times the case, the first WARMUP seconds uncounted: "times MS MS ..."
#include <oneapi/dnnl/dnnl.hpp>
#if DNNL_VERSION_MAJOR != 2
#error "this driver is for oneDNN 2"
#endif
#include <omp.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

using namespace dnnl;
using tag = memory::format_tag;
using floats = std::vector<float>;
using arguments = std::unordered_map<int, memory>;

static const memory::data_type f32 = memory::data_type::f32;

static double now() {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Case {
    std::string mode, kind;
    long batch, input, hidden, steps;
    int threads;
    // Gates as oneDNN orders them, by their place in the file.
    std::vector<int> gates;
    bool has_cell, has_inner_bias;
    floats w, u, b, c, x, h0, c0, dy;

    long gate_count() const { return static_cast<long>(gates.size()); }
    long bias_count() const { return gate_count() + (has_inner_bias ? 1 : 0); }

    void read() {
        has_cell = kind == "lstm";
        has_inner_bias = kind == "gru";
        if (kind == "lstm") gates = {0, 1, 2, 3};
        else if (kind == "gru") gates = {1, 0, 2};
        else gates = {0};
        std::ifstream file("case.bin", std::ios::binary);
        auto take = [&](floats &values, long count) {
            values.resize(count);
            file.read(reinterpret_cast<char *>(values.data()), count * 4);
            if (!file) throw std::runtime_error("case.bin is too short");
        };
        long g = gate_count();
        take(w, g * hidden * input);
        take(u, g * hidden * hidden);
        take(b, g * hidden);
        if (has_inner_bias) take(c, hidden);
        take(x, steps * batch * input);
        take(h0, batch * hidden);
        if (has_cell) take(c0, batch * hidden);
        take(dy, steps * batch * hidden);
    }

    // [gate * hidden, columns] as in the file to [columns, gate, hidden] as oneDNN has it.
    floats spread(const floats &matrix, long columns) const {
        floats result(matrix.size());
        for (long g = 0; g < gate_count(); g++)
            for (long o = 0; o < hidden; o++)
                for (long i = 0; i < columns; i++)
                    result[(i * gate_count() + g) * hidden + o] = matrix[(gates[g] * hidden + o) * columns + i];
        return result;
    }

    floats gather(const floats &spread, long columns) const {
        floats result(spread.size());
        for (long g = 0; g < gate_count(); g++)
            for (long o = 0; o < hidden; o++)
                for (long i = 0; i < columns; i++)
                    result[(gates[g] * hidden + o) * columns + i] = spread[(i * gate_count() + g) * hidden + o];
        return result;
    }
};

class Setting {
public:
    Setting(const Case &what, bool any, int threads)
        : name(std::string(any ? "its own formats" : "plain formats") + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads")),
          what(what), any(any), threads(threads), engine_(engine::kind::cpu, 0), stream_(engine_) {
        bool train = what.mode == "train";
        prop_kind forward_kind = train ? prop_kind::forward_training : prop_kind::forward_inference;
        rnn_direction direction = rnn_direction::unidirectional_left2right;
        const memory::desc x = desc({what.steps, what.batch, what.input}, tag::tnc);
        const memory::desc y = desc({what.steps, what.batch, what.hidden}, tag::tnc);
        const memory::desc state = desc({1, 1, what.batch, what.hidden}, tag::ldnc);
        const memory::desc b = desc({1, 1, what.bias_count(), what.hidden}, tag::ldgo);
        const memory::desc wf = weights(what.input, tag::ldigo), uf = weights(what.hidden, tag::ldigo);
        const memory::desc wb = weights(what.input, tag::ldgoi), ub = weights(what.hidden, tag::ldgoi);
        const memory::desc dw = weights(what.input, tag::ldigo), du = weights(what.hidden, tag::ldigo);
        omp_set_num_threads(threads);
        if (what.kind == "lstm") {
            lstm_forward::primitive_desc f(lstm_forward::desc(forward_kind, direction, x, state, state, wf, uf, b, y, state, state), engine_);
            bind_forward<lstm_forward>(f);
            fill(forward_arguments, DNNL_ARG_SRC_ITER_C, f.src_iter_c_desc(), what.c0);
            forward_arguments[DNNL_ARG_DST_ITER_C] = memory(f.dst_iter_c_desc(), engine_);
            if (train) {
                lstm_backward::primitive_desc p(lstm_backward::desc(prop_kind::backward, direction, x, state, state, wb, ub, b, y, state, state,
                    x, state, state, dw, du, b, y, state, state), engine_, f);
                bind_backward<lstm_backward>(f, p);
                backward_arguments[DNNL_ARG_SRC_ITER_C] = forward_arguments[DNNL_ARG_SRC_ITER_C];
                backward_arguments[DNNL_ARG_DST_ITER_C] = forward_arguments[DNNL_ARG_DST_ITER_C];
                zero(backward_arguments, DNNL_ARG_DIFF_SRC_ITER_C, p.diff_src_iter_c_desc());
                zero(backward_arguments, DNNL_ARG_DIFF_DST_ITER_C, p.diff_dst_iter_c_desc());
            }
        } else if (what.kind == "gru") {
            lbr_gru_forward::primitive_desc f(lbr_gru_forward::desc(forward_kind, direction, x, state, wf, uf, b, y, state), engine_);
            bind_forward<lbr_gru_forward>(f);
            if (train) {
                lbr_gru_backward::primitive_desc p(lbr_gru_backward::desc(prop_kind::backward, direction, x, state, wb, ub, b, y, state,
                    x, state, dw, du, b, y, state), engine_, f);
                bind_backward<lbr_gru_backward>(f, p);
            }
        } else {
            algorithm activation = what.kind == "rnn-relu" ? algorithm::eltwise_relu : algorithm::eltwise_tanh;
            vanilla_rnn_forward::primitive_desc f(vanilla_rnn_forward::desc(forward_kind, activation, direction, x, state, wf, uf, b, y, state), engine_);
            bind_forward<vanilla_rnn_forward>(f);
            if (train) {
                vanilla_rnn_backward::primitive_desc p(vanilla_rnn_backward::desc(prop_kind::backward, activation, direction, x, state, wb, ub, b, y, state,
                    x, state, dw, du, b, y, state), engine_, f);
                bind_backward<vanilla_rnn_backward>(f, p);
            }
        }
    }

    void run() {
        omp_set_num_threads(threads);
        forward.execute(stream_, forward_arguments);
        if (!backward_arguments.empty()) backward.execute(stream_, backward_arguments);
        stream_.wait();
    }

    // The gradients of weights are added to what is there, so this is to be called after the first run.
    void write() {
        std::ofstream file("trial.bin", std::ios::binary);
        auto put = [&](const floats &values) { file.write(reinterpret_cast<const char *>(values.data()), values.size() * 4); };
        put(read(forward_arguments[DNNL_ARG_DST_LAYER]));
        put(read(forward_arguments[DNNL_ARG_DST_ITER]));
        if (what.has_cell) put(read(forward_arguments[DNNL_ARG_DST_ITER_C]));
        if (backward_arguments.empty()) return;
        put(read(backward_arguments[DNNL_ARG_DIFF_SRC_LAYER]));
        put(what.gather(read(plain(backward_arguments[DNNL_ARG_DIFF_WEIGHTS_LAYER], what.input)), what.input));
        put(what.gather(read(plain(backward_arguments[DNNL_ARG_DIFF_WEIGHTS_ITER], what.hidden)), what.hidden));
        floats db = read(backward_arguments[DNNL_ARG_DIFF_BIAS]);
        floats ordered(db.size());
        for (long g = 0; g < what.bias_count(); g++) {
            long target = g < what.gate_count() ? what.gates[g] : g;
            std::copy_n(db.begin() + g * what.hidden, what.hidden, ordered.begin() + target * what.hidden);
        }
        put(ordered);
        put(read(backward_arguments[DNNL_ARG_DIFF_SRC_ITER]));
        if (what.has_cell) put(read(backward_arguments[DNNL_ARG_DIFF_SRC_ITER_C]));
    }

    std::string name;

private:
    memory::desc desc(const memory::dims &dims, tag format) { return memory::desc(dims, f32, format); }

    memory::desc weights(long columns, tag format) { return desc({1, 1, columns, what.gate_count(), what.hidden}, any ? tag::any : format); }

    void fill(arguments &target, int name, const memory::desc &wanted, const floats &values) {
        memory result(wanted, engine_);
        std::memcpy(result.get_data_handle(), values.data(), values.size() * 4);
        target[name] = result;
    }

    void zero(arguments &target, int name, const memory::desc &wanted) {
        memory result(wanted, engine_);
        std::memset(result.get_data_handle(), 0, wanted.get_size());
        target[name] = result;
    }

    void reorder_into(arguments &target, int name, const memory::desc &wanted, const floats &values, long columns) {
        memory source(desc({1, 1, columns, what.gate_count(), what.hidden}, tag::ldigo), engine_);
        std::memcpy(source.get_data_handle(), values.data(), values.size() * 4);
        memory result(wanted, engine_);
        reorder(source, result).execute(stream_, source, result);
        stream_.wait();
        target[name] = result;
    }

    memory plain(memory &from, long columns) {
        memory result(desc({1, 1, columns, what.gate_count(), what.hidden}, tag::ldigo), engine_);
        reorder(from, result).execute(stream_, from, result);
        stream_.wait();
        return result;
    }

    static floats read(const memory &from) {
        const float *data = static_cast<const float *>(from.get_data_handle());
        return floats(data, data + from.get_desc().get_size() / 4);
    }

    floats bias() const {
        floats result;
        for (int gate : what.gates) result.insert(result.end(), what.b.begin() + gate * what.hidden, what.b.begin() + (gate + 1) * what.hidden);
        result.insert(result.end(), what.c.begin(), what.c.end());
        return result;
    }

    template <class Primitive, class Descriptor> void bind_forward(const Descriptor &f) {
        forward = Primitive(f);
        fill(forward_arguments, DNNL_ARG_SRC_LAYER, f.src_layer_desc(), what.x);
        fill(forward_arguments, DNNL_ARG_SRC_ITER, f.src_iter_desc(), what.h0);
        fill(forward_arguments, DNNL_ARG_BIAS, f.bias_desc(), bias());
        reorder_into(forward_arguments, DNNL_ARG_WEIGHTS_LAYER, f.weights_layer_desc(), what.spread(what.w, what.input), what.input);
        reorder_into(forward_arguments, DNNL_ARG_WEIGHTS_ITER, f.weights_iter_desc(), what.spread(what.u, what.hidden), what.hidden);
        forward_arguments[DNNL_ARG_DST_LAYER] = memory(f.dst_layer_desc(), engine_);
        forward_arguments[DNNL_ARG_DST_ITER] = memory(f.dst_iter_desc(), engine_);
        if (what.mode == "train") forward_arguments[DNNL_ARG_WORKSPACE] = memory(f.workspace_desc(), engine_);
    }

    template <class Primitive, class Forward, class Backward> void bind_backward(const Forward &f, const Backward &p) {
        backward = Primitive(p);
        for (int name : {DNNL_ARG_SRC_LAYER, DNNL_ARG_SRC_ITER, DNNL_ARG_BIAS, DNNL_ARG_DST_LAYER, DNNL_ARG_DST_ITER, DNNL_ARG_WORKSPACE})
            backward_arguments[name] = forward_arguments[name];
        reorder_into(backward_arguments, DNNL_ARG_WEIGHTS_LAYER, p.weights_layer_desc(), what.spread(what.w, what.input), what.input);
        reorder_into(backward_arguments, DNNL_ARG_WEIGHTS_ITER, p.weights_iter_desc(), what.spread(what.u, what.hidden), what.hidden);
        fill(backward_arguments, DNNL_ARG_DIFF_DST_LAYER, p.diff_dst_layer_desc(), what.dy);
        zero(backward_arguments, DNNL_ARG_DIFF_DST_ITER, p.diff_dst_iter_desc());
        zero(backward_arguments, DNNL_ARG_DIFF_SRC_LAYER, p.diff_src_layer_desc());
        zero(backward_arguments, DNNL_ARG_DIFF_SRC_ITER, p.diff_src_iter_desc());
        zero(backward_arguments, DNNL_ARG_DIFF_WEIGHTS_LAYER, p.diff_weights_layer_desc());
        zero(backward_arguments, DNNL_ARG_DIFF_WEIGHTS_ITER, p.diff_weights_iter_desc());
        zero(backward_arguments, DNNL_ARG_DIFF_BIAS, p.diff_bias_desc());
    }

    const Case &what;
    bool any;
    int threads;
    engine engine_;
    stream stream_;
    primitive forward, backward;
    arguments forward_arguments, backward_arguments;
};

// Milliseconds of single runs, each the mean of so many calls that the clock does not matter.
static std::vector<double> sample(Setting &setting, int calls, double milliseconds) {
    std::vector<double> times;
    double end = now() + milliseconds;
    do {
        double begin = now();
        for (int i = 0; i < calls; i++) setting.run();
        times.push_back((now() - begin) / calls);
    } while (now() < end);
    return times;
}

static double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

int main() {
    std::cout << "peer oneDNN " << DNNL_VERSION_MAJOR << '.' << DNNL_VERSION_MINOR << '.' << DNNL_VERSION_PATCH << std::endl;
    std::unique_ptr<Case> what;
    std::unique_ptr<Setting> best;
    int calls = 1;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string command;
        words >> command;
        try {
            if (command == "case") {
                best.reset();
                what.reset(new Case());
                words >> what->mode >> what->kind >> what->batch >> what->input >> what->hidden >> what->steps >> what->threads;
                what->read();
                double least = INFINITY;
                for (int threads = 1; threads <= what->threads; threads += std::max(1, what->threads - 1))
                    for (bool any : {true, false}) {
                        std::unique_ptr<Setting> setting(new Setting(*what, any, threads));
                        setting->run();
                        setting->write();
                        int many = std::max(1, static_cast<int>(0.2 / median(sample(*setting, 1, 5))));
                        double time = median(sample(*setting, many, 60));
                        if (time < least) {
                            least = time;
                            calls = many;
                            best = std::move(setting);
                            std::rename("trial.bin", "result.bin");
                        }
                    }
                std::cout << "ready " << best->name << std::endl;
            } else {
                if (!best) throw std::runtime_error("there is no case");
                double warm_up = 0, seconds = 0;
                words >> warm_up >> seconds;
                sample(*best, calls, warm_up * 1000);
                std::cout << "times";
                for (double time : sample(*best, calls, seconds * 1000)) std::cout << ' ' << time;
                std::cout << std::endl;
            }
        } catch (const std::exception &problem) {
            std::cout << "no " << problem.what() << std::endl;
        }
    }
}
