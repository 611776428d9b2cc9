// batch -> loss and gradient, or loss and new weights: one step on one or more threads.
//
// Rows are split in forward, loss and backward, weights in the rest. Every number has one owner and one order of
// summation, so the number of threads changes no bit. A batch of more than BLOCK rows goes through in blocks whose
// gradients go on from each other, which changes no bit either.
#ifndef CHAINRULE_STEP_H
#define CHAINRULE_STEP_H

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <stdexcept>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "pool.h"
#include "program.h"
#include "table.h"

constexpr int LANES = 16;
constexpr long BLOCK = 1024;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CR_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CR_SANITIZED 1
#endif
#endif

// Blocks that were given back wait here for the next call, up to 64 MiB of them: fresh pages for a short call cost as much
// as several of its steps. Whoever finds it locked, a child of fork() too, does without; so do sanitizers, which are to see
// what is used after it was given back.
class Spare {
  public:
    static Spare& all() {
        static Spare* const spare = new Spare;  // never destroyed: blocks may come back when the process ends
        return *spare;
    }
    char* take(size_t bytes) {
        const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
        for (size_t i = blocks_.size(); lock && i-- > 0;) {
            if (blocks_[i].first != bytes) continue;
            char* const found = blocks_[i].second;
            blocks_.erase(blocks_.begin() + long(i));
            held_ -= bytes;
            return found;
        }
        return nullptr;
    }
    bool keep(size_t bytes, char* block) {
#ifdef CR_SANITIZED
        return false;
#endif
        const std::unique_lock<std::mutex> lock(mutex_, std::try_to_lock);
        if (!lock || bytes < LEAST || held_ + bytes > MOST) return false;
        held_ += bytes;
        blocks_.emplace_back(bytes, block);
        return true;
    }

  private:
    static constexpr size_t LEAST = size_t(1) << 16, MOST = size_t(64) << 20;
    Spare() { blocks_.reserve(MOST / LEAST); }  // giving back must not fail
    std::mutex mutex_;
    std::vector<std::pair<size_t, char*>> blocks_;
    size_t held_ = 0;
};

struct GiveBack {
    size_t whole;
    void operator()(char* p) const {
        if (!Spare::all().keep(whole, p)) std::free(p);
    }
};
// Memory on a multiple of 64 bytes, zeroed unless it is overwritten anyway; from 2 MiB on in large pages where there are such.
class Memory {
  public:
    explicit Memory(size_t bytes = 0, bool zeroed = true) : bytes_(bytes) {
        constexpr size_t large = size_t(1) << 21;
        const size_t step = bytes < large ? 64 : large, whole = bytes + step;
        char* raw = Spare::all().take(whole);
        const bool used = raw;
        if (!raw) raw = static_cast<char*>(zeroed ? std::calloc(whole, 1) : std::malloc(whole));
        if (!raw) throw std::bad_alloc();
        raw_ = std::unique_ptr<char, GiveBack>(raw, GiveBack{whole});
        start_ = raw + (step - reinterpret_cast<size_t>(raw) % step) % step;
        if (used && zeroed) std::memset(start_, 0, bytes);
#ifdef __linux__
        if (!used && step == large) madvise(start_, bytes / large * large, MADV_HUGEPAGE);  // a wish: the answer does not matter
#endif
    }
    char* at(size_t byte = 0) const { return start_ + byte; }
    size_t bytes() const { return bytes_; }
    void copy_from(const Memory& other, size_t bytes) { std::memcpy(start_, other.start_, bytes); }

  private:
    size_t bytes_;
    std::unique_ptr<char, GiveBack> raw_;
    char* start_;
};

// The weights of one member with the optimizer's state, packed.
struct Weights {
    Memory w;
    std::vector<Memory> slots;
    std::vector<void*> pointers;
    explicit Weights(const Net& net, bool zeroed = true) : w(bytes(net), zeroed) {
        for (int i = 0; i < net.slots; ++i) slots.emplace_back(bytes(net), zeroed);
        for (Memory& slot : slots) pointers.push_back(slot.at());
    }
    static size_t used(const Net& net) { return size_t(net.packed) * (net.wide ? 8 : 4); }
    static size_t bytes(const Net& net) { return size_t(net.packed + LANES * LANES) * (net.wide ? 8 : 4); }
    void copy_from(const Weights& other, size_t used) {
        w.copy_from(other.w, used);
        for (size_t i = 0; i < slots.size(); ++i) slots[i].copy_from(other.slots[i], used);
    }
};

struct Loss {
    double loss = 0.0, weight = 0.0;
};

class Stepper {
  public:
    Stepper(const Net& net, const Table& table, long rows, int threads, bool keep_scores = false, double more_work = 0.0)
        : net_(net), table_(table), wide_(net.wide), size_(net.wide ? 8 : 4), capacity_(rows < BLOCK ? rows : BLOCK),
          threads_(useful_threads(net, capacity_, threads, more_work)), tiny_(is_tiny(net, capacity_)), pool_(threads_),
          g_(Weights::bytes(net)), copy_(0), constants_(0) {
        const long depth = net.depth;
        // one vector beyond the rows, so that panels do not lie a multiple of 4 KiB apart
        st_.stride = ((capacity_ + 7) / 8 * 8 + 1) * LANES;
        for (auto* list : {&y_, &s_, &d_, &mask_, &in_}) list->assign(size_t(depth + 1), nullptr);
        y_[0] = panels(net.layers[0].dense);
        for (long l = 1; l <= depth; ++l) {
            const Layer& layer = net.layers[l - 1];
            y_[l] = panels(layer.units);
            d_[l] = panels(layer.units);
            const bool loss_reads = l == depth && net.needs_s;
            s_[l] = layer.keep_s || layer.by_row || loss_reads || keep_scores ? panels(layer.units) : y_[l];
            mask_[l] = layer.dropout > 0.0 ? panels(layer.inputs) : nullptr;
            dropped_.push_back(layer.dropout > 0.0 ? panels(layer.inputs) : nullptr);
            widest_ = std::max(widest_, long(layer.units));
        }
        t_ = panels(net.layers[depth - 1].units);
        st_.value = panels(net.layers[depth - 1].units);
        constants_ = Memory(size_t(2 * depth) * CONSTANTS * size_);
        st_.constants = constants_.at();
        loss_.resize(size_t(capacity_));
        weight_.emplace_back(size_t(capacity_) * size_);
        const long tile = table.tile_panels[wide_];
        for (int thread = 0; thread < threads_; ++thread) {
            const long numbers = (tile * std::max((widest_ + LANES - 1) / LANES * LANES, 4L * LANES) + 8) * LANES;
            buffers_.emplace_back(size_t(std::max(numbers, tiny_ ? depth * LANES * LANES : 0)) * size_);
            scratch_.push_back(buffers_.back().at());
            add_interpreter();
        }
        st_.interpreter = interpreters_.data();
        st_.net = &net;
        st_.t = t_;
        st_.y = y_.data();
        st_.s = s_.data();
        st_.d = d_.data();
        st_.mask = mask_.data();
        st_.in = in_.data();
        st_.loss = loss_.data();
        st_.weight = weight_[0].at();
        st_.scratch = scratch_.data();
        st_.g = g_.at();
        make_tasks();
        make_runs();
        st_.tiny = tiny_;
    }

    long capacity() const { return capacity_; }
    Work& step() { return st_; }
    Memory& gradient() { return g_; }

    // What the next calls work on. `rows` null: first, first + 1, …; keep: given choices, null for none or drawn ones.
    void batch(const Data& data, const Natural* rows, Wide first, long count, bool drop, const unsigned char* const* keep) {
        st_.fresh = true;
        st_.data = &data;
        st_.rows = rows;
        st_.first = first;
        st_.drop = drop;
        st_.keep = keep;
        count_ = count;
        const bool chosen = drop || keep;
        for (int l = 1; l <= net_.depth; ++l) in_[l] = chosen && (drop ? dropped_[l - 1] != nullptr : keep[l] != nullptr) ? dropped_[l - 1] : y_[l - 1];
    }

    // Sums over the batch; store: the gradient into gradient(); update: new weights, unless the loss is not finite.
    Loss learn(const Weights& weights, bool store, bool update, long k, double lr, bool again = false) {
        Loss total;
        st_.w = weights.w.at();
        st_.slot = const_cast<void**>(weights.pointers.data());
        st_.k = k;
        st_.same_rate = begun_ && lr == st_.lr;
        begun_ = begun_ || update;
        st_.lr = lr;
        const Natural* rows = st_.rows;
        const Wide first = st_.first;
        const bool by_norm = update && net_.clip == CLIP_NORM;
        if (tiny_ && update && !store && !by_norm) {
            double sums[2] = {};
            st_.count = count_;
            st_.add = st_.store = false;
            st_.fuse = true;
            st_.fresh = !again;
            table_.tiny[wide_](st_, sums);
            if (std::isfinite(sums[0])) hold(0, 1);
            return {sums[0], sums[1]};
        }
        if (store && update && !copy_.bytes()) copy_ = Memory(Weights::bytes(net_));
        st_.copy = copy_.at();
        for (long done = 0; done < count_; done += BLOCK) {
            st_.rows = rows ? rows + done : nullptr;
            st_.first = first + Wide(done);
            st_.count = std::min(BLOCK, count_ - done);
            st_.add = done > 0;
            st_.before = done;
            st_.fresh = !again || count_ > BLOCK;
            const bool last = done + st_.count == count_;
            st_.fuse = update && last && !by_norm;
            st_.store = store || !last || by_norm;
            if (threads_ == 1)
                block(0, total, last && update);
            else
                pool_.run([&](int thread) { block(thread, total, last && update); });
        }
        st_.rows = rows;
        st_.first = first;
        if (by_norm && std::isfinite(total.loss)) {
            if (store) copy_.copy_from(g_, Weights::used(net_));
            clip_and_update();
            if (store) g_.copy_from(copy_, Weights::used(net_));
            hold(0, 1);
        }
        return total;
    }

    // One update from the sums in gradient().
    void update(const Weights& weights, double weight, double loss, long k, double lr) {
        st_.w = weights.w.at();
        st_.slot = const_cast<void**>(weights.pointers.data());
        st_.k = k;
        st_.same_rate = false;
        st_.lr = lr;
        st_.E = loss * (st_.inverse = inverse(weight));
        table_.begin[wide_](st_);
        if (net_.clip == CLIP_NORM)
            clip_and_update();
        else
            for (const Panel& panel : panels_) table_.update[wide_](st_, 0, *panel.view, panel.number, false);
        hold(0, 1);
    }

    // Outputs, and losses where `learn`; `each(first row, rows)` is called for every block when it is ready.
    template <class Each> void look(const Memory& w, bool learn, Each each, bool again = false) {
        st_.w = w.at();
        const Wide first = st_.first;
        const Natural* rows = st_.rows;
        st_.passing = true;
        for (long done = 0; done < count_; done += capacity_) {
            st_.first = first + Wide(done);
            st_.rows = rows ? rows + done : nullptr;
            st_.count = std::min(capacity_, count_ - done);
            st_.fresh = !again;
            pool_.run([&](int thread) {
                long from, to;
                share(thread, from, to);
                if (from >= to) return;
                table_.forward[wide_](st_, thread, from, to, learn);
                if (learn) table_.losses[wide_](st_, thread, from, to);
            });
            each(done, st_.count);
        }
        st_.passing = false;
        st_.first = first;
        st_.rows = rows;
    }
    // A forward and a backward pass that stay in the panels.
    void record(const Weights& weights) {
        st_.w = weights.w.at();
        st_.count = count_;
        if (!count_) return;
        table_.forward[wide_](st_, 0, 0, count_, true);
        table_.losses[wide_](st_, 0, 0, count_);
        table_.backward[wide_](st_, 0, 0, count_);
    }
    // out += Σ jᵀ·j over rows and starts (how many, rows, units): j, the slopes of Σ start·output (score, where the loss owns
    // the link) by every weight. out: see square of layers.h
    void normal(const Memory& w, const double* starts, long many, double* out) {
        const long units = net_.layers[net_.depth - 1].units, panels = (net_.flat + LANES - 1) / LANES;
        const int tile = table_.tile_panels[wide_];
        const Memory j(size_t(panels * st_.stride) * size_), row(size_t(threads_ * (net_.flat + 2 * LANES)) * size_);
        const Natural* rows = st_.rows;
        st_.w = w.at();
        for (long done = 0; done < count_; done += capacity_) {
            st_.rows = rows ? rows + done : nullptr;
            st_.before = st_.first = Wide(done);
            st_.count = std::min(capacity_, count_ - done);
            pool_.run([&](int thread) {
                const int active = pool_.active();
                long from, to;
                share(thread, from, to);
                if (from < to) table_.forward[wide_](st_, thread, from, to, false);
                for (long s = 0; s < many; ++s) {
                    const double* start = starts + (s * count_ + done) * units;
                    for (long i = from * units; i < to * units; ++i) {
                        const long u = i % units, at = u / LANES * st_.stride + i / units * LANES + u % LANES;
                        if (wide_) static_cast<double*>(d_[net_.depth])[at] = start[i];
                        else static_cast<float*>(d_[net_.depth])[at] = float(start[i]);
                    }
                    if (from < to) table_.backward[wide_](st_, thread, from, to);
                    table_.slopes[wide_](st_, from, to, row.at(size_t(thread * (net_.flat + 2 * LANES)) * size_), j.at(), st_.stride);
                    pool_.meet(thread);
                    for (long group = 0, p = 0; p < panels; ++group, p += tile)  // forth and back, for columns grow longer
                        if ((group / active % 2 ? active - 1 - group % active : group % active) == thread)
                            table_.square[wide_](j.at(), st_.stride, st_.count, p, int(std::min<long>(tile, panels - p)), panels, scratch_[size_t(thread)], out);
                    pool_.meet(thread);
                }
            });
        }
        st_.rows = rows;
    }
    Loss sum_losses() const {
        Loss total;
        add_losses(total);
        return total;
    }
    double inverse(double weight) const { return net_.mean_rows && weight > 0.0 ? 1.0 / weight : 1.0; }

  private:
    struct Panel {
        const View* view;
        int number;
    };

    // as large as the largest program of the net wants
    void add_interpreter() {
        size_t u = 1, numbers = 1, places = 1;
        const auto fit = [&](const Code* code) {
            if (!code) return;
            u = std::max(u, size_t(code->lifted));
            places = std::max(places, size_t(code->places()));
            numbers = std::max(numbers, size_t(code->used + code->rows + code->temporaries * std::max(LANES, int(widest_ / LANES) + 1)));
        };
        for (int l = 0; l < net_.depth; ++l) fit(net_.layers[l].activation.forward), fit(net_.layers[l].activation.backward);
        fit(net_.loss.forward), fit(net_.loss.backward), fit(net_.optimizer.forward);
        const auto memory = [&](size_t bytes) {
            buffers_.emplace_back(bytes);
            return buffers_.back().at();
        };
        interpreters_.push_back({reinterpret_cast<double*>(memory(u * sizeof(double))), memory(numbers * LANES * size_),
                                 reinterpret_cast<const void**>(memory(places * sizeof(void*))),
                                 reinterpret_cast<long*>(memory(places * sizeof(long)))});
    }
    void* panels(long units) {
        const long some = std::max(1L, (units + LANES - 1) / LANES);
        buffers_.emplace_back(size_t(some * st_.stride) * size_);
        return buffers_.back().at();
    }
    // below about 100 µs of work a step, waking threads costs more than they bring
    static int useful_threads(const Net& net, long rows, int wanted, double work) {
        for (int l = 0; l < net.depth; ++l) work += 6.0 * double(rows) * net.layers[l].inputs * net.layers[l].units;
        return work < 5e6 ? 1 : wanted;
    }
    // what tiny.h is for; a question of the plan alone, never of the machine
    static bool is_tiny(const Net& net, long rows) {
        bool tiny = rows <= LANES && !net.categories && net.loss.row >= 0 && net.optimizer.row >= 0;
        for (int l = 0; l < net.depth; ++l) {
            const Layer& layer = net.layers[l];
            tiny = tiny && layer.inputs <= LANES && layer.units <= LANES && layer.dropout == 0.0 && layer.activation.row >= 0;
        }
        return tiny;
    }
    void share(int thread, long& from, long& to) const {
        const long eights = (st_.count + 7) / 8;
        const int active = pool_.active();
        from = eights * thread / active * 8;
        to = std::min(eights * (thread + 1) / active * 8, st_.count);
    }
    void add_losses(Loss& total) const {
        for (long r = 0; r < st_.count; ++r) total.loss += st_.loss[r];
        for (long r = 0; r < st_.count; ++r)
            total.weight += wide_ ? static_cast<const double*>(st_.weight)[r] : double(static_cast<const float*>(st_.weight)[r]);
    }
    void block(int thread, Loss& total, bool update) {
        long from, to;
        share(thread, from, to);
        if (from < to) {
            table_.forward[wide_](st_, thread, from, to, true);
            table_.losses[wide_](st_, thread, from, to);
            table_.backward[wide_](st_, thread, from, to);
        }
        pool_.meet(thread);
        if (thread == 0) {
            add_losses(total);
            st_.inverse = inverse(total.weight);
            st_.E = total.loss * st_.inverse;
            if (update) table_.begin[wide_](st_);
        }
        pool_.meet(thread);
        if (update && !std::isfinite(total.loss)) return;
        const size_t end = pool_.active() == 1 ? tasks_.size() : first_task_[size_t(thread) + 1];
        for (size_t i = first_task_[size_t(thread)]; i < end; ++i) {
            const Task& task = tasks_[i];
            const View& view = net_.layers[task.layer].w;
            if (!st_.store && !view.trained && (task.levels || !task.bias)) continue;
            table_.weights[wide_](st_, thread, task);
        }
        if (!st_.fuse || net_.max_norm <= 0.0) return;
        pool_.meet(thread);
        hold(thread, pool_.active());
    }
    // Every unit's weights back within max_norm; threads take panels in turn.
    void hold(int thread, int threads) const {
        long panel = 0;
        for (int l = 0; l < net_.depth && net_.max_norm > 0.0; ++l) {
            const Layer& layer = net_.layers[l];
            for (int q = 0; q < (layer.narrow ? 1 : layer.panels); ++q, ++panel)
                if (layer.w.trained && panel % threads == thread) table_.hold[wide_](st_, layer, q);
        }
    }
    void clip_and_update() {
        double sum = 0.0;
        for (const Panel& panel : panels_) sum += table_.norm[wide_](st_, *panel.view, panel.number);
        st_.norm = std::sqrt(sum);
        for (const Panel& panel : panels_) table_.update[wide_](st_, 0, *panel.view, panel.number, true);
    }
    void make_runs() {
        const bool alike = net_.l1 == 0.0 && net_.l2 == 0.0 && net_.decay == 0.0;
        for (int l = 0; l < net_.depth; ++l)
            for (const View* v : {&net_.layers[l].w, &net_.layers[l].b}) {
                if (!v->rows) continue;
                const bool same = !runs_.empty() && runs_.back().trained == v->trained && runs_.back().rate == v->rate &&
                                  (alike || runs_.back().decay == v->decay);
                if (same) runs_.back().rows += v->rows;
                else runs_.push_back(*v);
            }
        st_.runs = runs_.data();
        st_.run_count = int(runs_.size());
    }
    void make_tasks() {
        const int tile = table_.tile_panels[wide_];
        double all = 0.0;
        for (int l = 0; l < net_.depth; ++l) {
            const Layer& layer = net_.layers[l];
            const int panels = (layer.w.units + LANES - 1) / LANES;
            const long rows = layer.narrow ? layer.units : layer.dense;
            for (int q = 0; q < panels; ++q) panels_.push_back({&layer.w, q});
            for (int q = 0; layer.bias && q < layer.panels; ++q) panels_.push_back({&layer.b, q});
            for (int q = 0, some; q < panels; q += some) {
                some = together(panels - q, tile);
                const long piece = threads_ == 1 ? std::max(1L, rows) : 4 * LANES;
                for (long i = 0; i == 0 || i < rows; i += piece) {
                    const long to = std::min(i + piece, rows);
                    const bool bias = layer.bias && i == 0 && (q == 0 || !layer.narrow);
                    tasks_.push_back({l, q, some, i, to, false, bias, double((to - i + 1) * some)});
                }
                if (layer.w.rows > layer.dense)
                    tasks_.push_back({l, q, some, 0, 0, true, false, double(layer.w.rows - layer.dense) * some});
            }
        }
        for (const Task& task : tasks_) all += task.cost;
        double sum = 0.0;
        first_task_.push_back(0);
        for (size_t i = 0; i < tasks_.size(); ++i) {
            if (sum >= all * double(first_task_.size()) / threads_ && first_task_.size() < size_t(threads_)) first_task_.push_back(i);
            sum += tasks_[i].cost;
        }
        first_task_.resize(size_t(threads_) + 1, tasks_.size());
    }

    const Net& net_;
    const Table& table_;
    const int wide_;
    const size_t size_;
    const long capacity_;
    const int threads_;
    const bool tiny_;
    bool begun_ = false;
    Pool pool_;
    Memory g_, copy_, constants_;
    std::vector<Memory> buffers_, weight_;
    std::vector<void*> y_, s_, d_, mask_, in_, dropped_, scratch_;
    void* t_ = nullptr;
    std::vector<double> loss_;
    long widest_ = 1, count_ = 0;
    Work st_{};
    std::vector<Task> tasks_;
    std::vector<size_t> first_task_;
    std::vector<Panel> panels_;
    std::vector<View> runs_;
    std::vector<Interpreter> interpreters_;
};
#endif
