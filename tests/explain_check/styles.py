"""Listings in the styles people write back-propagation in, right ones; the tests plant the mistakes.

They are written for these tests, in the manner of the best-known tutorials: classes with lists of weights, dictionaries
of parameters, einsum, loops over the entries, pure Python lists, numbers one by one, objects that record their graph.
"""

NETWORK_CLASS = """
import random
import numpy as np
random.seed(5); np.random.seed(5)
def squash(z): return 1.0/(1.0 + np.exp(-z))
def squash_slope(z): return squash(z)*(1 - squash(z))
class Net:
    def __init__(self, sizes):
        self.depth = len(sizes)
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) for m, n in zip(sizes[:-1], sizes[1:])]
    def learn(self, rows, epochs, size, eta):
        for epoch in range(epochs):
            random.shuffle(rows)
            for k in range(0, len(rows), size):
                self.one_batch(rows[k:k + size], eta)
    def one_batch(self, batch, eta):
        sum_b = [np.zeros(b.shape) for b in self.biases]
        sum_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            db, dw = self.backprop(x, y)
            sum_b = [s + d for s, d in zip(sum_b, db)]
            sum_w = [s + d for s, d in zip(sum_w, dw)]
        self.weights = [w - eta/len(batch)*s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - eta/len(batch)*s for b, s in zip(self.biases, sum_b)]
    def backprop(self, x, y):
        db, dw = [None]*len(self.biases), [None]*len(self.weights)
        outs, scores = [x], []
        for b, w in zip(self.biases, self.weights):
            scores.append(np.dot(w, outs[-1]) + b)
            outs.append(squash(scores[-1]))
        delta = (outs[-1] - y)*squash_slope(scores[-1])
        db[-1], dw[-1] = delta, np.dot(delta, outs[-2].T)
        for l in range(2, self.depth):
            delta = np.dot(self.weights[-l + 1].T, delta)*squash_slope(scores[-l])
            db[-l], dw[-l] = delta, np.dot(delta, outs[-l - 1].T)
        return db, dw
rows = [(np.random.rand(4, 1), np.eye(3)[:, [k % 3]]) for k in range(12)]
Net([4, 6, 5, 3]).learn(rows, 2, 6, 3.0)
"""

LAYER_LOOP = """
import numpy as np
np.random.seed(1)
class Perceptron:
    def __init__(self, sizes, lr=0.5):
        self.L, self.lr = len(sizes) - 1, lr
        self.w, self.b = [], []
        for l in range(self.L):
            self.w.append(np.random.uniform(-1, 1, (sizes[l], sizes[l + 1])))
            self.b.append(np.zeros((1, sizes[l + 1])))
    def forward(self, x):
        self.a = [x]
        for l in range(self.L):
            z = np.dot(self.a[l], self.w[l]) + self.b[l]
            self.a.append(np.tanh(z) if l < self.L - 1 else z)
    def backward(self, y):
        delta = [None]*(self.L + 1)
        delta[self.L] = (self.a[self.L] - y)/len(y)
        for l in range(self.L - 1, 0, -1):
            delta[l] = np.dot(delta[l + 1], self.w[l].T)*(1 - self.a[l]**2)
        for l in range(self.L):
            self.w[l] -= self.lr*np.dot(self.a[l].T, delta[l + 1])
            self.b[l] -= self.lr*np.sum(delta[l + 1], axis=0, keepdims=True)
x = np.linspace(-0.7, 1, 20).reshape(-1, 1)
net = Perceptron([1, 8, 7, 1])
for epoch in range(9):
    net.forward(x); net.backward(np.sin(3*x))
"""

PARAMETERS = """
import numpy as np
np.random.seed(3)
def start(sizes):
    p = {}
    for l in range(1, len(sizes)):
        p['W' + str(l)] = np.random.randn(sizes[l], sizes[l - 1])/np.sqrt(sizes[l - 1])
        p['b' + str(l)] = np.zeros((sizes[l], 1))
    return p
def forward(X, p):
    caches, A, L = [], X, len(p)//2
    for l in range(1, L + 1):
        Z = np.dot(p['W' + str(l)], A) + p['b' + str(l)]
        caches.append((A, p['W' + str(l)], Z))
        A = np.maximum(0, Z) if l < L else 1/(1 + np.exp(-Z))
    return A, caches
def backward(AL, Y, caches):
    grads, m = {}, Y.shape[1]
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(len(caches))):
        A_below, W, Z = caches[l]
        if l == len(caches) - 1:
            s = 1/(1 + np.exp(-Z)); dZ = dA*s*(1 - s)
        else:
            dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0
        grads['W' + str(l + 1)] = np.dot(dZ, A_below.T)/m
        grads['b' + str(l + 1)] = np.sum(dZ, axis=1, keepdims=True)/m
        dA = np.dot(W.T, dZ)
    return grads
X = np.random.randn(5, 40); Y = (X[0:1]*X[1:2] > 0).astype(int)
p = start([5, 7, 4, 1])
for i in range(6):
    AL, caches = forward(X, p)
    grads = backward(AL, Y, caches)
    for key in p:
        p[key] = p[key] - 0.3*grads[key]
"""

EINSUM = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(12, 3)); T = rng.uniform(size=(12, 2))
W1 = rng.normal(size=(3, 5)); b1 = np.zeros(5); W2 = rng.normal(size=(5, 2)); b2 = np.zeros(2)
for step in range(9):
    h = np.tanh(np.einsum('ni,ih->nh', X, W1) + b1)
    y = 1/(1 + np.exp(-(np.einsum('nh,ho->no', h, W2) + b2)))
    d2 = (y - T)*y*(1 - y)
    d1 = np.einsum('no,ho->nh', d2, W2)*(1 - h**2)
    W2 -= 0.3*np.einsum('nh,no->ho', h, d2); b2 -= 0.3*np.einsum('no->o', d2)
    W1 -= 0.3*np.einsum('ni,nh->ih', X, d1); b1 -= 0.3*np.einsum('nh->h', d1)
"""

ENTRY_LOOPS = """
import numpy as np
np.random.seed(2)
def f(u): return 1.0/(1.0 + np.exp(-u))
d, q, l, eta = 3, 4, 2, 0.1
v = np.random.rand(d, q); w = np.random.rand(q, l); gamma = np.random.rand(q); theta = np.random.rand(l)
b = np.zeros(q); y = np.zeros(l); g = np.zeros(l); e = np.zeros(q)
X = np.random.rand(8, d); T = np.random.rand(8, l)
for epoch in range(3):
    for x, t in zip(X, T):
        for h in range(q):
            alpha = 0
            for i in range(d):
                alpha += v[i][h]*x[i]
            b[h] = f(alpha - gamma[h])
        for j in range(l):
            beta = 0
            for h in range(q):
                beta += w[h, j]*b[h]
            y[j] = f(beta - theta[j])
        for j in range(l):
            g[j] = y[j]*(1 - y[j])*(t[j] - y[j])
        for h in range(q):
            back = 0
            for j in range(l):
                back += w[h, j]*g[j]
            e[h] = b[h]*(1 - b[h])*back
        for h in range(q):
            for j in range(l):
                w[h, j] += eta*g[j]*b[h]
        theta -= eta*g
        for i in range(d):
            for h in range(q):
                v[i][h] += eta*e[h]*x[i]
        gamma -= eta*e
"""

PURE_LISTS = """
from math import exp
from random import random, seed
seed(1)
def make(inputs, hidden, outputs):
    return [[{'w': [random() for _ in range(inputs + 1)]} for _ in range(hidden)],
            [{'w': [random() for _ in range(hidden + 1)]} for _ in range(outputs)]]
def forward(net, row):
    values = row
    for layer in net:
        made = []
        for unit in layer:
            total = unit['w'][-1]
            for k in range(len(unit['w']) - 1):
                total += unit['w'][k]*values[k]
            unit['out'] = 1.0/(1.0 + exp(-total))
            made.append(unit['out'])
        values = made
    return values
def slope(out):
    return out*(1.0 - out)
def backward(net, wanted):
    for k in reversed(range(len(net))):
        for j, unit in enumerate(net[k]):
            if k == len(net) - 1:
                error = unit['out'] - wanted[j]
            else:
                error = 0.0
                for above in net[k + 1]:
                    error += above['w'][j]*above['delta']
            unit['delta'] = error*slope(unit['out'])
def update(net, row, rate):
    for k in range(len(net)):
        values = row[:-1] if k == 0 else [unit['out'] for unit in net[k - 1]]
        for unit in net[k]:
            for j in range(len(values)):
                unit['w'][j] -= rate*unit['delta']*values[j]
            unit['w'][-1] -= rate*unit['delta']
rows = [[2.78, 2.55, 0], [1.46, 2.36, 0], [3.39, 4.40, 0], [7.62, 2.75, 1], [5.33, 2.08, 1]]
net = make(2, 3, 2)
for epoch in range(3):
    for row in rows:
        forward(net, row)
        wanted = [0, 0]; wanted[row[-1]] = 1
        backward(net, wanted)
        update(net, row, 0.5)
"""

MATRICES_OF_LISTS = """
import math, random
random.seed(0)
ni, nh, no = 3, 3, 1
wi = [[random.uniform(-0.9, 0.9) for j in range(nh)] for i in range(ni)]
wo = [[random.uniform(-2.0, 2.0) for k in range(no)] for j in range(nh)]
ci = [[0.0]*nh for i in range(ni)]; co = [[0.0]*no for j in range(nh)]
pairs = [([0.2, 0.7], [0]), ([0, 1], [1]), ([1, 0.4], [1]), ([1, 1], [0])]
for epoch in range(4):
    for inputs, targets in pairs:
        ai = inputs + [1.0]
        ah = [math.tanh(sum(ai[i]*wi[i][j] for i in range(ni))) for j in range(nh)]
        ao = [math.tanh(sum(ah[j]*wo[j][k] for j in range(nh))) for k in range(no)]
        od = [(targets[k] - ao[k])*(1 - ao[k]**2) for k in range(no)]
        hd = [sum(od[k]*wo[j][k] for k in range(no))*(1 - ah[j]**2) for j in range(nh)]
        for j in range(nh):
            for k in range(no):
                change = 0.5*od[k]*ah[j] + 0.1*co[j][k]
                wo[j][k] += change; co[j][k] = change
        for i in range(ni):
            for j in range(nh):
                change = 0.5*hd[j]*ai[i] + 0.1*ci[i][j]
                wi[i][j] += change; ci[i][j] = change
"""

ONE_BY_ONE = """
from math import exp
x1, x2, t1, t2, rate = 0.05, 0.10, 0.01, 0.99, 0.5
w1, w2, w3, w4, w5, w6, w7, w8 = 0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55
b1, b2 = 0.35, 0.60
net_h1 = w1*x1 + w2*x2 + b1*1
h1 = 1/(1 + exp(-net_h1))
net_h2 = w3*x1 + w4*x2 + b1*1
h2 = 1/(1 + exp(-net_h2))
net_o1 = w5*h1 + w6*h2 + b2*1
o1 = 1/(1 + exp(-net_o1))
net_o2 = w7*h1 + w8*h2 + b2*1
o2 = 1/(1 + exp(-net_o2))
E = 0.5*(t1 - o1)**2 + 0.5*(t2 - o2)**2
d1 = -(t1 - o1)*o1*(1 - o1)
d2 = -(t2 - o2)*o2*(1 - o2)
v5 = w5 - rate*d1*h1
v6 = w6 - rate*d1*h2
v7 = w7 - rate*d2*h1
v8 = w8 - rate*d2*h2
e1 = (d1*w5 + d2*w7)*h1*(1 - h1)
e2 = (d1*w6 + d2*w8)*h2*(1 - h2)
v1 = w1 - rate*e1*x1
v2 = w2 - rate*e1*x2
v3 = w3 - rate*e2*x1
v4 = w4 - rate*e2*x2
print(v1, v2, v3, v4, v5, v6, v7, v8)
"""

ATTRIBUTES = """
import numpy as np
np.random.seed(4)
def f(v): return 1/(1 + np.exp(-v))
def slope(v):
    y = f(v)
    return y*(1 - y)
class Two:
    def __init__(self):
        self.w1, self.w2, self.w3, self.w4, self.w5, self.w6 = [np.random.normal() for _ in range(6)]
        self.b1 = np.random.normal(); self.b2 = np.random.normal(); self.b3 = np.random.normal()
    def train(self, rows, goals, rate=0.1):
        for x, t in zip(rows, goals):
            s1 = self.w1*x[0] + self.w2*x[1] + self.b1
            s2 = self.w3*x[0] + self.w4*x[1] + self.b2
            h1, h2 = f(s1), f(s2)
            s3 = self.w5*h1 + self.w6*h2 + self.b3
            o = f(s3)
            up = -2*(t - o)*slope(s3)
            back1 = up*self.w5*slope(s1); back2 = up*self.w6*slope(s2)
            self.w1 -= rate*back1*x[0]; self.w2 -= rate*back1*x[1]; self.b1 -= rate*back1
            self.w3 -= rate*back2*x[0]; self.w4 -= rate*back2*x[1]; self.b2 -= rate*back2
            self.w5 -= rate*up*h1; self.w6 -= rate*up*h2; self.b3 -= rate*up
rows = np.array([[-2, -1], [25, 6], [17, 4], [-15, -6]])
net = Two()
for epoch in range(2):
    net.train(rows, np.array([1, 0, 0, 1]))
"""

OBJECTS = """
import math, random
random.seed(2)
class Value:
    def __init__(self, data, made_of=()):
        self.data, self.grad, self.made_of, self.back = data, 0.0, made_of, lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def back():
            self.grad += out.grad
            other.grad += out.grad
        out.back = back
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data*other.data, (self, other))
        def back():
            self.grad += other.data*out.grad
            other.grad += self.data*out.grad
        out.back = back
        return out
    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))
        def back():
            self.grad += (1 - t*t)*out.grad
        out.back = back
        return out
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for below in v.made_of:
                    visit(below)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            v.back()
    __radd__ = __add__
    __rmul__ = __mul__
    def __sub__(self, other):
        return self + other*-1
class Unit:
    def __init__(self, inputs):
        self.w = [Value(random.uniform(-1, 1)) for _ in range(inputs)]
        self.b = Value(random.uniform(-1, 1))
    def __call__(self, x):
        return sum((w*v for w, v in zip(self.w, x)), self.b).tanh()
layers = [[Unit(3) for _ in range(4)], [Unit(4)]]
every = [p for layer in layers for unit in layer for p in (*unit.w, unit.b)]
rows, goals = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0]], [1.0, -1.0, 0.5]
for step in range(3):
    loss = Value(0.0)
    for row, goal in zip(rows, goals):
        values = row
        for layer in layers:
            values = [unit(values) for unit in layer]
        error = values[0] - Value(goal)
        loss = loss + error*error
    for p in every:
        p.grad = 0.0
    loss.backward()
    for p in every:
        p.data += -0.05*p.grad
"""

DROPOUT = """
import numpy as np
np.random.seed(1)
X = np.random.randn(3, 30); Y = (X[:1] > 0)*1.0; m = 30; keep = 0.75
W1 = np.random.randn(6, 3); b1 = np.zeros((6, 1)); W2 = np.random.randn(4, 6); b2 = np.zeros((4, 1))
W3 = np.random.randn(1, 4); b3 = np.zeros((1, 1))
for i in range(6):
    A1 = np.maximum(0, np.dot(W1, X) + b1)
    D1 = np.random.rand(*A1.shape) < keep
    A1 = A1*D1/keep
    A2 = np.tanh(np.dot(W2, A1) + b2); full = A2
    D2 = np.random.rand(*A2.shape) < keep
    A2 = A2*D2/keep
    A3 = 1/(1 + np.exp(-(np.dot(W3, A2) + b3)))
    dZ3 = A3 - Y
    dA2 = np.dot(W3.T, dZ3)*D2/keep
    dZ2 = dA2*(1 - full**2)
    dA1 = np.dot(W2.T, dZ2)*D1/keep
    dZ1 = dA1*(A1 > 0)
    W3 = W3 - 0.3*np.dot(dZ3, A2.T)/m; b3 = b3 - 0.3*dZ3.sum(axis=1, keepdims=True)/m
    W2 = W2 - 0.3*np.dot(dZ2, A1.T)/m; b2 = b2 - 0.3*dZ2.sum(axis=1, keepdims=True)/m
    W1 = W1 - 0.3*np.dot(dZ1, X.T)/m; b1 = b1 - 0.3*dZ1.sum(axis=1, keepdims=True)/m
"""

SHARED_THRESHOLD = """
import numpy as np
W1 = np.array([[.15, .25], [.20, .30]]); W2 = np.array([[.4, .5], [.45, .55]]); b1 = 0.35; b2 = 0.6
x = np.array([[.05, .1], [.3, .2], [.7, .9]]); t = np.array([[.01, .99], [.5, .2], [.8, .3]])
for k in range(6):
    h = 1/(1 + np.exp(-(x @ W1 + b1))); y = 1/(1 + np.exp(-(h @ W2 + b2)))
    d2 = (y - t)*y*(1 - y); d1 = d2 @ W2.T*h*(1 - h)
    W2 = W2 - .5*h.T @ d2; b2 = b2 - .5*d2.sum(); W1 = W1 - .5*x.T @ d1; b1 = b1 - .5*d1.sum()
"""

NEURONS_WITH_VECTORS = """
import numpy as np
np.random.seed(6)
class Neuron:
    def __init__(self, n):
        self.w = np.random.randn(n); self.b = 0.1
    def out(self, x):
        self.x = x
        self.s = np.dot(self.w, x) + self.b
        self.y = 1/(1 + np.exp(-self.s))
        return self.y
hidden = [Neuron(2) for _ in range(3)]; last = Neuron(3)
rows = [(np.array([0., 1.]), 1), (np.array([1., .5]), 0), (np.array([.2, .3]), 1)]
for epoch in range(3):
    for x, t in rows:
        h = np.array([n.out(x) for n in hidden])
        y = last.out(h)
        delta = (y - t)*y*(1 - y)
        above = last.w.copy()
        last.w = last.w - 0.5*delta*h
        last.b -= 0.5*delta
        for k, n in enumerate(hidden):
            d = delta*above[k]*n.y*(1 - n.y)
            n.w = n.w - 0.5*d*x
            n.b -= 0.5*d
"""

RELU_REGRESSION = """
import random
random.seed(8)
def relu(v):
    return v if v > 0 else 0
q = 3
w = [[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(q)]; b = [random.gauss(0, 1) for _ in range(q)]
u = [random.gauss(0, 1) for _ in range(q)]; c = 0.0
rows = [(1, 2, 0.5), (-1, 0.5, 1.5), (0.3, -2, -1), (2, 2, 0)]
for epoch in range(2):
    dw = [[0.0, 0.0] for _ in range(q)]; db = [0.0]*q; du = [0.0]*q; dc = 0.0
    for x1, x2, t in rows:
        s = [w[j][0]*x1 + w[j][1]*x2 + b[j] for j in range(q)]
        h = [relu(v) for v in s]
        o = c
        for j in range(q):
            o += u[j]*h[j]
        e = o - t
        dc += e
        for j in range(q):
            du[j] += e*h[j]
            d = e*u[j]*(1 if s[j] > 0 else 0)
            db[j] += d
            dw[j][0] += d*x1; dw[j][1] += d*x2
    n = len(rows)
    c -= 0.1*dc/n
    for j in range(q):
        u[j] -= 0.1*du[j]/n; b[j] -= 0.1*db[j]/n
        w[j][0] -= 0.1*dw[j][0]/n; w[j][1] -= 0.1*dw[j][1]/n
"""

SOFTMAX_OF_LISTS = """
import math, random
random.seed(3)
W1 = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]; b1 = [0.0]*3
W2 = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]; b2 = [0.0]*3
rows = [([1.0, 2.0], 0), ([0.5, -1.0], 2), ([-1.0, 0.3], 1)]
for epoch in range(3):
    for x, k in rows:
        h = [math.tanh(sum(x[i]*W1[i][j] for i in range(2)) + b1[j]) for j in range(3)]
        s = [sum(h[j]*W2[j][o] for j in range(3)) + b2[o] for o in range(3)]
        top = max(s)
        e = [math.exp(v - top) for v in s]
        p = [v/sum(e) for v in e]
        t = [1.0 if o == k else 0.0 for o in range(3)]
        d2 = [(p[o] - t[o]) for o in range(3)]
        d1 = [sum(d2[o]*W2[j][o] for o in range(3))*(1 - h[j]**2) for j in range(3)]
        for j in range(3):
            for o in range(3):
                W2[j][o] -= 0.4*d2[o]*h[j]
        for o in range(3):
            b2[o] -= 0.4*d2[o]
        for i in range(2):
            for j in range(3):
                W1[i][j] -= 0.4*d1[j]*x[i]
        for j in range(3):
            b1[j] -= 0.4*d1[j]
"""

RIGHT = {k.lower(): v for k, v in list(globals().items()) if k.isupper()}

PLANTED = [
    ("network_class", "*squash_slope(scores[-l])", "", "slope_missing"),
    ("network_class", "squash_slope(scores[-l])", "squash_slope(outs[-l])", "slope_at_output"),
    ("layer_loop", "1 - self.a[l]**2", "1 - self.a[l]", "unknown"),
    ("layer_loop", "np.sum(delta[l + 1], axis=0, keepdims=True)", "np.sum(delta[l + 1])", "bias_over_units"),
    ("parameters", "dZ[Z <= 0] = 0", "dZ[dA <= 0] = 0", "mask_of_gradient"),
    ("parameters", "dZ[Z <= 0] = 0", "pass", "slope_missing"),
    ("einsum", "*(1 - h**2)", "", "slope_missing"),
    ("einsum", "'no,ho->nh', d2, W2", "'no,ho->nh', y - T, W2", "error_not_delta"),
    ("entry_loops", "e[h] = b[h]*(1 - b[h])*back", "e[h] = back", "slope_missing"),
    ("entry_loops", "gamma -= eta*e", "gamma += eta*e", "sign"),
    ("entry_loops", "back += w[h, j]*g[j]", "back += w[h, j]*(t[j] - y[j])", "error_not_delta"),
    ("pure_lists", "above['w'][j]*above['delta']", "above['delta']", "without_weights"),
    ("pure_lists", "return out*(1.0 - out)", "return out", "slope_half"),
    ("matrices_of_lists", "*(1 - ah[j]**2)", "*(1 - ah[j])*ah[j]", "slope_of_another"),
    ("one_by_one", "(d1*w5 + d2*w7)*h1*(1 - h1)", "(d1*v5 + d2*v7)*h1*(1 - h1)", "updated_first"),
    ("one_by_one", "d2 = -(t2 - o2)*o2*(1 - o2)", "d2 = -(t2 - o2)", "slope_missing"),
    ("attributes", "back1 = up*self.w5*slope(s1)", "back1 = up*self.w5", "slope_missing"),
    ("attributes", "-2*(t - o)*slope(s3)", "-2*(t - o)*o", "slope_half"),
    ("neurons_with_vectors", "d = delta*above[k]*n.y*(1 - n.y)", "d = delta*last.w[k]*n.y*(1 - n.y)", "updated_first"),
    ("relu_regression", "(1 if s[j] > 0 else 0)", "1", "slope_missing"),
    ("softmax_of_lists", "(p[o] - t[o])", "(p[o] - t[o])*p[o]*(1 - p[o])", "slope_on_owned"),
    ("objects", "(1 - t*t)*out.grad", "out.grad", "slope_missing"),
    ("dropout", "np.dot(W2.T, dZ2)*D1/keep", "np.dot(W2.T, dZ2)*D1", "dropout_scale_missing"),
    ("dropout", "np.dot(W3.T, dZ3)*D2/keep", "np.dot(W3.T, dZ3)", "dropout_missing"),
    ("dropout", "1 - full**2", "1 - A2**2", "slope_after_dropout"),
]  # fmt: skip
