import agents.robinBaumgarten.Agent;
import engine.core.MarioEvent;
import engine.core.MarioForwardModel;
import engine.core.MarioTimer;
import engine.core.MarioWorld;
import engine.helper.GameStatus;
import engine.helper.MarioActions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lets Robin Baumgarten's agent play levels without a window. Each decision is limited by a number of node expansions,
 * not by a clock, so that a level gets the same verdict on every machine.
 *
 * Arguments: expansions for a decision, updates without progress after which a run ends, threads. Levels are read from
 * standard input: a line for each row, and an empty line after each level. For each level, in order, a line is written
 * to standard output: the outcome, and how far Mario got, 0 to 1. Compiled for Java 8 against PlayAstar.jar.
 */
public final class Judge {
    private static final int SECONDS = 200;

    private static final class Expansions extends MarioTimer {
        private long left;

        Expansions(long left) {
            super(0);
            this.left = left;
        }

        /** The agent's search calls this once for each node that it expands. */
        @Override
        public long getRemainingTime() {
            return left-- > 0 ? 1 : 0;
        }
    }

    private Judge() {}

    private static String play(String level, int expansions, int patience) {
        MarioWorld world = new MarioWorld(new MarioEvent[0]);
        world.visuals = false;
        world.initializeLevel(level, 1000 * SECONDS);
        world.mario.isLarge = true;
        world.mario.isFire = true;
        world.update(new boolean[MarioActions.numberOfActions()]);
        Agent agent = new Agent();
        agent.initialize(new MarioForwardModel(world.clone()), new Expansions(expansions));
        float furthest = 0;
        int idle = 0;
        while (world.gameStatus == GameStatus.RUNNING && idle < patience) {
            boolean[] keys = agent.getActions(new MarioForwardModel(world.clone()), new Expansions(expansions));
            world.update(keys);
            idle = world.mario.x > furthest ? 0 : idle + 1;
            furthest = Math.max(furthest, world.mario.x);
        }
        return world.gameStatus + " " + new MarioForwardModel(world).getCompletionPercentage();
    }

    public static void main(String[] arguments) throws Exception {
        int expansions = Integer.parseInt(arguments[0]);
        int patience = Integer.parseInt(arguments[1]);
        ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(arguments[2]));
        List<Future<String>> verdicts = new ArrayList<>();
        for (String level : levels()) {
            verdicts.add(threads.submit(() -> play(level, expansions, patience)));
        }
        for (Future<String> verdict : verdicts) {
            System.out.println(verdict.get());
            System.out.flush();
        }
        threads.shutdown();
    }

    private static List<String> levels() throws IOException {
        List<String> found = new ArrayList<>();
        StringBuilder level = new StringBuilder();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (!line.isEmpty()) {
                level.append(line).append('\n');
            } else if (level.length() > 0) {
                found.add(level.toString());
                level.setLength(0);
            }
        }
        if (level.length() > 0) {
            found.add(level.toString());
        }
        return found;
    }
}
